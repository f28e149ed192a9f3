"""Servers: one runs in its own process, `Emulator` starts and ends it."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from . import aws, surroundings

# The hosted zone of programs that look theirs up by name.
ZONE = "Z00000EXAMPLE00000ZONE"


def serve(port, zone):
    """Runs the emulator on `port` until it is ended; `zone` is the id of the first hosted zone."""
    # moto reads these when it is imported.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    os.environ["MOTO_ACM_VALIDATION_WAIT"] = "0"
    from moto.server import main

    from . import engine, faults, providers

    providers.load()
    faults.mend(zone)
    engine.install(f"http://127.0.0.1:{port}")
    main(["-H", "127.0.0.1", "-p", str(port)])


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Emulator:
    """An emulator of its own, as a context manager.

    Terraform has to be told a number (with a name its S3 client asks for
    `BUCKET.localhost`), CloudFormation the name `localhost` (moto finds a
    template in a bucket under no other).
    """

    def __init__(self, label, region=aws.REGION, zone=ZONE):
        self.label, self.region, self.zone, self.port = label, region, zone, free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.named_endpoint = f"http://localhost:{self.port}"
        self.log = tempfile.NamedTemporaryFile("w+", prefix=f"emulator-{label}-", suffix=".log", delete=False)

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "serve", "--port", str(self.port), "--zone", self.zone],
            env=surroundings.variables(), stdout=self.log, stderr=self.log,
        )
        deadline = time.monotonic() + 120
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the emulator did not start:\n{self.said()}")
            time.sleep(0.2)
        return self

    def __exit__(self, kind, error, trace):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
        if error is None:
            os.unlink(self.log.name)

    def answers(self):
        try:
            urllib.request.urlopen(f"{self.endpoint}/moto-api/data.json", timeout=5).close()
        except OSError:
            return False
        return True

    def said(self):
        with open(self.log.name) as log:
            requests = re.compile(r'^127\.0\.0\.1 - - .* HTTP/1.1" ')
            return "".join(line for line in log if not requests.match(line))[-3000:]

    def client(self, service):
        return aws.client(service, self.endpoint, self.region)
