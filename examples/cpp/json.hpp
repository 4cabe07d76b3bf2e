// Reads JSON: just enough for the card of an exported surrogate.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace cloudburst {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json>;

  static Json read(const std::string& path);
  static Json parse(const std::string& text);

  // Each throws std::runtime_error where the value is of another kind.
  double number() const;
  const std::string& text() const;
  const Array& array() const;
  const Json& operator[](const std::string& key) const;

  std::variant<std::nullptr_t, bool, double, std::string, Array, Object> value;
};

}  // namespace cloudburst
