#!/usr/bin/env bash
# Puts ONNX Runtime's headers and library into a folder: ./get_onnxruntime.sh [FOLDER]
#
# The library is that of the Python package (pip install onnxruntime). Its headers, which that
# package leaves out, come with an npm package; a header works with any newer library.
set -euo pipefail

folder=${1:-$(dirname "$0")/onnxruntime}
python=${PYTHON:-python3}
headers=com.github.asus4.onnxruntime@0.4.9

capi=$("$python" -c 'import onnxruntime, pathlib; print(pathlib.Path(onnxruntime.__file__).parent / "capi")')
library=$(ls "$capi"/libonnxruntime.so.* | head -n 1)

mkdir -p "$folder/include" "$folder/lib"
ln -sf "$library" "$folder/lib/libonnxruntime.so"
ln -sf "$library" "$folder/lib/$(basename "$library" | sed -E 's/(\.so\.[0-9]+).*/\1/')"
if [ ! -f "$folder/include/onnxruntime_cxx_api.h" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    (cd "$work" && npm pack --silent "$headers" >/dev/null && tar xzf ./*.tgz)
    found=$(find "$work" -name onnxruntime_cxx_api.h | head -n 1)
    cp "$(dirname "$found")"/*.h "$folder/include/"
fi
echo "$folder: $(basename "$library") and headers"
