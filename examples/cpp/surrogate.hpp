// An exported surrogate inside a C++ program: conditions and the host's random numbers in,
// signals of all cells out.
#pragma once

#include <onnxruntime_cxx_api.h>

#include <functional>
#include <string>
#include <vector>

namespace cloudburst {

struct Condition {
  std::string name, unit;
  double low, high;
};

struct Readout {
  std::string name, unit;
  std::vector<int64_t> shape;  // of one event
  std::size_t cells;
};

class Surrogate {
 public:
  // Reads the card and the graph beside it; throws std::runtime_error for a card of another
  // version or host, or without its graph. One thread computes unless more are asked for.
  explicit Surrogate(const std::string& card, int threads = 1);

  const std::vector<Condition>& conditions() const { return conditions_; }
  const std::vector<Readout>& readouts() const { return readouts_; }
  std::size_t noise() const { return noise_; }  // random numbers of one event
  std::size_t cells() const { return cells_; }

  // Signals of events * cells() cells, readout after readout within an event, in their units.
  //   conditions  events * conditions().size() values, in the card's units
  //   gauss       the host's standard normal random number
  // Throws std::runtime_error for a condition outside its range and a signal that is not finite.
  std::vector<float> simulate(const std::vector<float>& conditions,
                              const std::function<double()>& gauss);

 private:
  void check(const std::vector<float>& conditions) const;

  std::vector<Condition> conditions_;
  std::vector<Readout> readouts_;
  std::vector<int64_t> noise_shape_;
  std::vector<std::string> input_names_;
  std::size_t noise_ = 1, cells_ = 0;
  Ort::Env environment_;
  Ort::Session session_{nullptr};
};

}  // namespace cloudburst
