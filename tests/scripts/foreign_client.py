"""Calls the sandbox with one client from PyPI, and prints one line: client, cases that ended as they must, cases run, what failed.

In: the client's kind and name, and OPENTOP_HOST, OPENTOP_PORT, OPENTOP_APP_KEY, OPENTOP_APP_SECRET, OPENTOP_SESSION. The client is on PYTHONPATH.
"""

import asyncio
import importlib
import os
import re
import sys

kind, name = sys.argv[1:]
host, port = os.environ["OPENTOP_HOST"], int(os.environ["OPENTOP_PORT"])
key, secret, session = (os.environ["OPENTOP_" + part] for part in ("APP_KEY", "APP_SECRET", "SESSION"))
BILLS = "taobao.bill.book.bills.get"


def rest_api(package, method, params, secret, token):
    """The vendor's Python and its descendants."""
    base = importlib.import_module(package + ".api.base")
    top = importlib.import_module(package)

    class Call(base.RestApi):
        def getapiname(self):
            return method

    call = Call(host, port)
    call.set_app_info(top.appinfo(key, secret))
    for parameter, value in params.items():
        setattr(call, parameter, value)
    return call.getResponse(token)


def taobaopy(method, params, secret, token):
    from taobaopy.taobao import TaoBaoAPIClient

    client = TaoBaoAPIClient(key, secret, domain=f"http://{host}:{port}")
    client.gw_url = f"http://{host}:{port}/router/rest"
    more = {"session": token} if token else {}
    return getattr(client, method.removeprefix("taobao.").replace(".", "_"))(**params, **more)


def taobaopyx(method, params, secret, token):
    from taobaopyx import taobao

    client = taobao.AsyncTaobaoAPIClient(key, secret, domain=f"http://{host}:{port}")
    more = {"session": token} if token else {}
    return asyncio.run(taobao.make_request(client, method, {**params, **more}))


def pytaobao(method, params, secret, token):
    from pytaobao.apis.base import TaobaoClient
    from pytaobao.exceptions import ApiError

    client = TaobaoClient(key, secret, token, endpoint=f"http://{host}:{port}/router/rest")
    try:
        return client.perform_request(method, dict(params))
    except ApiError as error:
        # It keeps the sub_code of a refusal alone.
        code = 27 if "invalid-sessionkey" in str(error) else str(error)
        return {"error_response": {"code": code}}


def call(method, params, secret=secret, token=session):
    """What came: `ok`, or the code of the refusal."""
    try:
        if kind == "rest":
            answer = rest_api(name, method, params, secret, token)
        else:
            answer = {"taobaopy": taobaopy, "taobaopyx": taobaopyx, "pytaobao": pytaobao}[kind](method, params, secret, token)
    except Exception as error:  # noqa: BLE001, every client has its own
        code = getattr(error, "errorcode", None) or getattr(error, "code", None)
        return str(code) if code else f"{type(error).__name__}: {error}"
    # One client raises nothing.
    if isinstance(answer, dict) and "error_response" in answer:
        return str(answer["error_response"]["code"])
    return "ok" if "20423101520012" in str(answer) else f"another answer: {answer}"


span = {"start_time": "2013-01-14 00:00:00", "end_time": "2013-01-15 00:00:00"}
good = {"fields": "bid,amount", "account_id": "1", **span}
cases = [
    ("bills", "ok", call(BILLS, good)),
    ("an empty parameter", "ok", call(BILLS, {**good, "journal_types": ""})),
    ("a wrong secret", "25", call(BILLS, good, secret="x")),
    ("no session", "26", call(BILLS, good, token=None)),
    ("another session", "27", call(BILLS, good, token="x")),
    ("an unknown method", "22", call("taobao.example.none.get", {})),
    ("a missing parameter", "40", call(BILLS, {"fields": "bid", **span})),
    ("a wrong parameter", "41", call(BILLS, {**good, "account_id": "x"})),
]
failed = [f"{what}: expected {expected}, got {re.sub(chr(10), ' ', got)[:120]}" for what, expected, got in cases if got != expected]
print(f"{len(cases) - len(failed)}/{len(cases)} {'; '.join(failed)}".rstrip())
sys.exit(bool(failed))
