"""The signature of a call, a second time: written from the platform's own text, without a look at the Rust code.

In: one JSON object a line, {"method": "md5"|"hmac"|"hmac-sha256", "secret": …, "parameters": {…}}. Out: one signature a line.
"""

import hashlib
import hmac
import json
import sys


def sign(method: str, secret: str, parameters: dict[str, str]) -> str:
    names = sorted((name for name in parameters if name != "sign"), key=lambda name: name.encode("utf-8"))
    base = "".join(name + parameters[name] for name in names if parameters[name] != "").encode("utf-8")
    key = secret.encode("utf-8")
    if method == "md5":
        return hashlib.md5(key + base + key).hexdigest().upper()
    digest = {"hmac": hashlib.md5, "hmac-sha256": hashlib.sha256}[method]
    return hmac.new(key, base, digest).hexdigest().upper()


for line in sys.stdin:
    call = json.loads(line)
    print(sign(call["method"], call["secret"], call["parameters"]))
