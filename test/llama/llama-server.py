"""llama.cpp's own server, from the Python package `xllamacpp`, under the arguments of `llama-server`.

    python3 llama-server.py -m model.gguf --mmproj mmproj.gguf --port 8080 -np 2 -c 8192

It serves HTTP from inside this process; LLAMA_API_KEY is its key. For tests: where no llama-server is
installed, this is the real one all the same.
"""

import argparse
import os
import signal
import threading

import xllamacpp

parser = argparse.ArgumentParser()
parser.add_argument("-m")
parser.add_argument("--mmproj")
parser.add_argument("--alias")
parser.add_argument("--host", default="127.0.0.1")
parser.add_argument("--port", type=int, default=8080)
parser.add_argument("-np", type=int, default=1)
parser.add_argument("-c", type=int, default=4096)
parser.add_argument("--version", action="store_true")
arguments = parser.parse_args()

if arguments.version:
    print(f"version: xllamacpp {xllamacpp.__version__}")
    raise SystemExit

params = xllamacpp.CommonParams()
params.model.path = arguments.m
if arguments.mmproj:
    params.mmproj.path = arguments.mmproj
if arguments.alias:
    params.model_alias = {arguments.alias}
params.hostnames = [arguments.host]
params.port = arguments.port
params.n_parallel = arguments.np
params.n_ctx = arguments.c
params.cpuparams.n_threads = 2
params.api_keys = [os.environ["LLAMA_API_KEY"]]

ended = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: ended.set())
server = xllamacpp.Server(params)
ended.wait()
os._exit(0)
