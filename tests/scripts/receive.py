"""Receives messages with the client of the PyPI package tmcpy, and prints one line of JSON for each: { topic, content }.

In: OPENTOP_MESSAGES (ws://…), OPENTOP_APP_KEY, OPENTOP_APP_SECRET, and how many messages to receive.
"""

import json
import os
import sys

import tmcpy.client
from tmcpy import TmcClient
from tornado.ioloop import IOLoop

# On Python 3 it takes `bytes(number)` for the number's text.
to_binary = tmcpy.client.to_binary
tmcpy.client.to_binary = lambda value: to_binary(str(value) if isinstance(value, int) else value)

left = int(sys.argv[1])
loop = IOLoop.current()


def receive(message):
    global left
    print(json.dumps({name: message.content[name] for name in ("topic", "content")}), flush=True)
    left -= 1
    if left == 0:
        # The confirmation is on its way.
        loop.call_later(0.2, loop.stop)


client = TmcClient(
    os.environ["OPENTOP_MESSAGES"],
    os.environ["OPENTOP_APP_KEY"],
    os.environ["OPENTOP_APP_SECRET"],
    query_message_interval=1,
)
client.on("message", receive)
loop.call_later(20, lambda: sys.exit(1))
loop.start()
