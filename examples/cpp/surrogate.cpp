#include "surrogate.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "json.hpp"

namespace cloudburst {
namespace {

constexpr int kVersion = 1;

// The shape of one event: the first dimension of a port is the number of events.
std::vector<int64_t> shape_of(const Json& port) {
  std::vector<int64_t> shape;
  const auto& sizes = port["shape"].array();
  for (std::size_t i = 1; i < sizes.size(); ++i)
    shape.push_back(static_cast<int64_t>(sizes[i].number()));
  return shape;
}

std::size_t product(const std::vector<int64_t>& shape) {
  std::size_t result = 1;
  for (auto size : shape) result *= size;
  return result;
}

void check_card(const std::string& path, const Json& card) {
  if (card["layout"].text() != "cloudburst-card")
    throw std::runtime_error(path + ": not the card of a surrogate");
  const int version = static_cast<int>(card["version"].number());
  if (version != kVersion)
    throw std::runtime_error(path + ": a card of version " + std::to_string(version) +
                             ", this program reads " + std::to_string(kVersion) +
                             "; convert it: cloudburst export RUN model.onnx");
  const std::string& host = card["host"]["name"].text();
  if (host != "plain")
    throw std::runtime_error(path + ": a graph for " + host + "; export with --host plain");
}

Ort::Session open(Ort::Env& environment, const std::string& path, int threads) {
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(threads);
  options.SetInterOpNumThreads(1);
  options.SetGraphOptimizationLevel(GraphOptimizationLevel::ORT_ENABLE_ALL);
  return Ort::Session(environment, path.c_str(), options);
}

}  // namespace

Surrogate::Surrogate(const std::string& path, int threads)
    : environment_(ORT_LOGGING_LEVEL_ERROR, "cloudburst") {
  const Json card = Json::read(path);
  check_card(path, card);
  for (const auto& c : card["conditions"].array())
    conditions_.push_back(
        {c["name"].text(), c["unit"].text(), c["low"].number(), c["high"].number()});
  for (const auto& port : card["outputs"].array()) {
    const auto shape = shape_of(port);
    readouts_.push_back({port["name"].text(), port["unit"].text(), shape, product(shape)});
    cells_ += readouts_.back().cells;
  }
  for (const auto& port : card["inputs"].array()) input_names_.push_back(port["name"].text());
  noise_shape_ = shape_of(card["inputs"].array().at(0));
  noise_ = product(noise_shape_);
  const auto slash = path.find_last_of('/');
  const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  session_ = open(environment_, folder + card["graph"].text(), threads);
}

std::vector<float> Surrogate::simulate(const std::vector<float>& conditions,
                                       const std::function<double()>& gauss) {
  check(conditions);
  const std::size_t events = conditions.size() / conditions_.size();
  std::vector<float> noise(events * noise_), given = conditions;
  std::generate(noise.begin(), noise.end(), [&] { return static_cast<float>(gauss()); });

  std::vector<int64_t> noise_shape{static_cast<int64_t>(events)};
  noise_shape.insert(noise_shape.end(), noise_shape_.begin(), noise_shape_.end());
  const std::vector<int64_t> given_shape{static_cast<int64_t>(events),
                                         static_cast<int64_t>(conditions_.size())};
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  std::vector<Ort::Value> inputs;
  inputs.push_back(Ort::Value::CreateTensor<float>(memory, noise.data(), noise.size(),
                                                   noise_shape.data(), noise_shape.size()));
  inputs.push_back(Ort::Value::CreateTensor<float>(memory, given.data(), given.size(),
                                                   given_shape.data(), given_shape.size()));
  std::vector<const char*> in, out;
  for (const auto& name : input_names_) in.push_back(name.c_str());
  for (const auto& readout : readouts_) out.push_back(readout.name.c_str());
  auto values = session_.Run(Ort::RunOptions{}, in.data(), inputs.data(), inputs.size(),
                             out.data(), out.size());

  std::vector<float> signals(events * cells_);
  std::size_t offset = 0;
  for (std::size_t r = 0; r < readouts_.size(); offset += readouts_[r++].cells)
    for (std::size_t i = 0; i < events; ++i)
      std::copy_n(values[r].GetTensorData<float>() + i * readouts_[r].cells, readouts_[r].cells,
                  signals.begin() + i * cells_ + offset);
  if (!std::all_of(signals.begin(), signals.end(), [](float x) { return std::isfinite(x); }))
    throw std::runtime_error("a signal is not finite");
  return signals;
}

void Surrogate::check(const std::vector<float>& conditions) const {
  if (conditions.empty() || conditions.size() % conditions_.size() != 0)
    throw std::runtime_error("each event needs " + std::to_string(conditions_.size()) +
                             " conditions");
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const auto& c = conditions_[i % conditions_.size()];
    if (!(conditions[i] >= c.low && conditions[i] <= c.high))
      throw std::runtime_error(c.name + " = " + std::to_string(conditions[i]) + " " + c.unit +
                               " is outside " + std::to_string(c.low) + ".." +
                               std::to_string(c.high) + " " + c.unit);
  }
}

}  // namespace cloudburst
