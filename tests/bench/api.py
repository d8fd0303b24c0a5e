"""An API like Africa's Talking's in a process of its own, so that it disturbs no load: python -m tests.bench.api PORT."""

import sys

from tests.servers import africastalking_api

if __name__ == "__main__":
    with africastalking_api(int(sys.argv[1])):
        print("ready", flush=True)
        sys.stdin.read()  # until the bench closes it
