"""A device with paho-mqtt. What it is to do comes as JSON on standard input; what it saw goes as JSON to standard output."""
import json
import os
import socket
import ssl
import sys
import threading

import paho.mqtt.client as paho

given = json.load(sys.stdin)
resolve = socket.getaddrinfo
# The endpoint's name leads to this machine, as an entry in /etc/hosts would have it.
socket.getaddrinfo = lambda host, *rest, **more: resolve("127.0.0.1" if host == given["endpoint"] else host, *rest, **more)

version = {4: paho.MQTTv311, 5: paho.MQTTv5}[given["version"]]
seen = {}
over = threading.Event()
client = paho.Client(client_id=given["clientId"], protocol=version)
client.tls_set(ca_certs=given["ca"], certfile=given["cert"], keyfile=given["key"], tls_version=ssl.PROTOCOL_TLS_CLIENT)


def on_connect(client, userdata, flags, reason, properties=None):
    seen["connected"] = str(reason)
    client.subscribe(given["topic"], qos=1)


def on_subscribe(client, userdata, mid, granted, properties=None):
    seen["granted"] = [str(code) for code in granted]
    client.publish(given["topic"], "hello", qos=1)


def on_message(client, userdata, message):
    seen["message"] = message.payload.decode()
    client.publish(given["topic"], "x", qos=2)


def on_disconnect(client, userdata, reason, properties=None):
    seen["ended"] = str(reason)
    over.set()


client.on_connect, client.on_subscribe, client.on_message, client.on_disconnect = on_connect, on_subscribe, on_message, on_disconnect
client.connect(given["endpoint"], given["port"], keepalive=60)
client.loop_start()
seen["inTime"] = over.wait(20)
json.dump(seen, sys.stdout)
sys.stdout.flush()
# The loop would connect again.
os._exit(0)
