#include "json.hpp"

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace cloudburst {
namespace {

class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {}

  Json whole() {
    Json result = value();
    if (next() != '\0') fail("something follows the value");
    return result;
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw std::runtime_error("not JSON at character " + std::to_string(at_) + ": " + reason);
  }

  char next() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  void expect(char wanted) {
    if (next() != wanted) fail(std::string("expected ") + wanted);
    ++at_;
  }

  bool word(const std::string& wanted) {
    if (text_.compare(at_, wanted.size(), wanted) != 0) return false;
    at_ += wanted.size();
    return true;
  }

  Json value() {
    switch (next()) {
      case '{': return {object()};
      case '[': return {array()};
      case '"': return {string()};
      default: return plain();
    }
  }

  Json plain() {
    if (word("true")) return {true};
    if (word("false")) return {false};
    if (word("null")) return {nullptr};
    const char* begin = text_.c_str() + at_;
    char* end = nullptr;
    const double number = std::strtod(begin, &end);
    if (end == begin) fail("expected a value");
    at_ += end - begin;
    return {number};
  }

  Json::Array array() {
    Json::Array result;
    expect('[');
    if (next() == ']') return ++at_, result;
    for (;; ++at_) {
      result.push_back(value());
      if (next() != ',') break;
    }
    expect(']');
    return result;
  }

  Json::Object object() {
    Json::Object result;
    expect('{');
    if (next() == '}') return ++at_, result;
    for (;; ++at_) {
      if (next() != '"') fail("expected a name");
      std::string key = string();
      expect(':');
      result[key] = value();
      if (next() != ',') break;
    }
    expect('}');
    return result;
  }

  std::string string() {
    std::string result;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] != '\\') {
        result += text_[at_];
        continue;
      }
      const char escaped = ++at_ < text_.size() ? text_[at_] : '"';
      if (escaped == 'u') {
        // names and units are plain; any other sign is only shown
        at_ += 4;
        result += '?';
      } else {
        result += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
      }
    }
    expect('"');
    return result;
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

template <typename T>
const T& as(const Json& json, const char* kind) {
  const T* found = std::get_if<T>(&json.value);
  if (!found) throw std::runtime_error(std::string("the card has no ") + kind + " where one belongs");
  return *found;
}

}  // namespace

Json Json::parse(const std::string& text) { return Reader(text).whole(); }

Json Json::read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  std::stringstream text;
  text << file.rdbuf();
  return parse(text.str());
}

double Json::number() const { return as<double>(*this, "number"); }
const std::string& Json::text() const { return as<std::string>(*this, "text"); }
const Json::Array& Json::array() const { return as<Array>(*this, "list"); }

const Json& Json::operator[](const std::string& key) const {
  const auto& object = as<Object>(*this, "table");
  const auto found = object.find(key);
  if (found == object.end()) throw std::runtime_error("the card has no '" + key + "'");
  return found->second;
}

}  // namespace cloudburst
