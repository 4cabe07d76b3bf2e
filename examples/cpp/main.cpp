// Makes showers with an exported surrogate.
//
//   showers model.json                                 times it at batch 1 and 100
//   showers model.json conditions.f32 noise.f32 out.f32  signals of given events
//
// The files are plain float32 numbers: conditions and noise of event after event.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <random>
#include <stdexcept>

#include "surrogate.hpp"

namespace {

std::vector<float> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  std::vector<float> numbers(file.tellg() / sizeof(float));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(numbers.data()), numbers.size() * sizeof(float));
  return numbers;
}

void write(const std::string& path, const std::vector<float>& numbers) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float));
  if (!file.flush()) throw std::runtime_error(path + ": cannot be written");
}

void time(cloudburst::Surrogate& surrogate, std::size_t batch) {
  std::mt19937_64 engine(1);
  std::normal_distribution<double> normal;
  const auto gauss = [&] { return normal(engine); };
  std::vector<float> conditions;
  for (std::size_t i = 0; i < batch; ++i)
    for (const auto& c : surrogate.conditions())
      conditions.push_back(std::uniform_real_distribution<float>(c.low, c.high)(engine));
  for (int i = 0; i < 10; ++i) surrogate.simulate(conditions, gauss);
  const int calls = 100;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) surrogate.simulate(conditions, gauss);
  const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
  std::printf("batch %4zu: %.4f ms/shower, one thread, mean of %d calls\n", batch,
              spent.count() / (calls * batch), calls);
}

void run(cloudburst::Surrogate& surrogate, char** arguments) {
  const auto conditions = read(arguments[0]), noise = read(arguments[1]);
  if (conditions.size() * surrogate.noise() != noise.size() * surrogate.conditions().size())
    throw std::runtime_error("conditions and noise are of different numbers of events");
  std::size_t next = 0;
  write(arguments[2], surrogate.simulate(conditions, [&] { return noise[next++]; }));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2 && count != 5) {
    std::fprintf(stderr, "usage: %s model.json [conditions.f32 noise.f32 out.f32]\n", arguments[0]);
    return 2;
  }
  try {
    cloudburst::Surrogate surrogate(arguments[1]);
    if (count == 5) {
      run(surrogate, arguments + 2);
      return 0;
    }
    for (const auto& r : surrogate.readouts())
      std::printf("%s: %zu cells in %s\n", r.name.c_str(), r.cells, r.unit.c_str());
    for (std::size_t batch : {1, 100}) time(surrogate, batch);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 2;
  }
}
