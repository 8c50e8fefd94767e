# coding=utf-8
"""Calls the sandbox with one client from PyPI, and prints one line: client, cases that ended as they must, cases run, what failed.

In: the client's kind and name, and OPENTOP_HOST, OPENTOP_PORT, OPENTOP_APP_KEY, OPENTOP_APP_SECRET, OPENTOP_SESSION. The client is on PYTHONPATH.
Runs in Python 3 and, for clients that know nothing else, in Python 2.7.
"""

from __future__ import print_function

import importlib
import os
import re
import sys

kind, name = sys.argv[1:]
host, port = os.environ["OPENTOP_HOST"], int(os.environ["OPENTOP_PORT"])
key, secret, session = (os.environ["OPENTOP_" + part] for part in ("APP_KEY", "APP_SECRET", "SESSION"))
GATEWAY = "http://{}:{}".format(host, port)
ENDPOINT = GATEWAY + "/router/rest"
BILLS = "taobao.bill.book.bills.get"


def rest_api(package, method, params, secret, token):
    """The vendor's Python and its descendants."""
    base = importlib.import_module(package + ".api.base")
    top = importlib.import_module(package)

    class Call(base.RestApi):
        def getapiname(self):
            return method

        get_api_name = getapiname

    call = Call(host, port)
    call.set_app_info(top.appinfo(key, secret))
    for parameter, value in params.items():
        setattr(call, parameter, value)
    answer = call.getResponse(token)
    if not isinstance(answer, tuple):
        return answer
    # One client signs, and leaves the sending to its user.
    import json
    from urllib.request import Request, urlopen

    path, body, headers = answer
    return json.loads(urlopen(Request(GATEWAY + path, body.encode(), headers)).read())


def taobaopy(method, params, secret, token):
    from taobaopy.taobao import TaoBaoAPIClient

    client = TaoBaoAPIClient(key, secret, domain=GATEWAY)
    client.gw_url = ENDPOINT
    return getattr(client, method[len("taobao."):].replace(".", "_"))(**with_session(params, token))


def taobaopyx(method, params, secret, token):
    import asyncio

    from taobaopyx import taobao

    client = taobao.AsyncTaobaoAPIClient(key, secret, domain=GATEWAY)
    return asyncio.run(taobao.make_request(client, method, with_session(params, token)))


def pytaobao(method, params, secret, token):
    from pytaobao.apis.base import TaobaoClient
    from pytaobao.exceptions import ApiError

    client = TaobaoClient(key, secret, token, endpoint=ENDPOINT)
    try:
        return client.perform_request(method, dict(params))
    except ApiError as error:
        # It keeps the sub_code of a refusal alone.
        code = 27 if "invalid-sessionkey" in str(error) else str(error)
        return {"error_response": {"code": code}}


def taobao_sdk(method, params, secret, token):
    from taobao.api import TaoBao

    client = TaoBao(key, secret, token or "")
    client._url = ENDPOINT
    good, answer = client.tradeapi.post(method, dict(params))
    return answer if good else {"error_response": answer}


def chinaapi(method, params, secret, token):
    from chinaapi.open import App
    from chinaapi.taobao.open import Client

    class Local(Client):
        def _prepare_url(self, segments, queries):
            Client._prepare_url(self, segments, queries)
            return ENDPOINT

    client = Local(App(key, secret))
    if token:
        client.set_access_token(token)
    for segment in method.split("."):
        client = getattr(client, segment)
    return client(**params)




def with_session(params, token):
    return dict(params, session=token) if token else dict(params)


KINDS = {
    "taobaopy": taobaopy,
    "taobaopyx": taobaopyx,
    "pytaobao": pytaobao,
    "taobao_sdk": taobao_sdk,
    "chinaapi": chinaapi,
}


def call(method, params, secret=secret, token=session):
    """What came: `ok`, or the code of the refusal."""
    try:
        if kind == "rest":
            answer = rest_api(name, method, params, secret, token)
        else:
            answer = KINDS[kind](method, params, secret, token)
    except Exception as error:  # noqa: BLE001, every client has its own
        code = getattr(error, "errorcode", None) or getattr(error, "code", None)
        return str(code) if code else "{}: {}".format(type(error).__name__, error)
    # One client raises nothing.
    if isinstance(answer, dict) and "error_response" in answer:
        return str(answer["error_response"]["code"])
    return "ok" if "20423101520012" in str(answer) else "another answer: {}".format(answer)


def given(**more):
    return dict(good, **more)


span = {"start_time": "2013-01-14 00:00:00", "end_time": "2013-01-15 00:00:00"}
good = dict(span, fields="bid,amount", account_id="1")
cases = [
    ("bills", "ok", call(BILLS, good)),
    ("an empty parameter", "ok", call(BILLS, given(journal_types=""))),
    ("a wrong secret", "25", call(BILLS, good, secret="x")),
    ("no session", "26", call(BILLS, good, token=None)),
    ("another session", "27", call(BILLS, good, token="x")),
    ("an unknown method", "22", call("taobao.example.none.get", {})),
    ("a missing parameter", "40", call(BILLS, dict(span, fields="bid"))),
    ("a wrong parameter", "41", call(BILLS, given(account_id="x"))),
]
failed = [
    "{}: expected {}, got {}".format(what, expected, re.sub("\n", " ", got)[:120])
    for what, expected, got in cases
    if got != expected
]
print("{}/{} {}".format(len(cases) - len(failed), len(cases), "; ".join(failed)).rstrip())
sys.exit(bool(failed))
