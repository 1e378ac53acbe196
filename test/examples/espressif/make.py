"""Makes nvs.bin and esp_secure_cert.bin beside this file with Espressif's own tools, for test/examples/esp32.spec.ts, which makes the same images octet for octet.

    pip install esp-idf-nvs-partition-gen==0.2.0 esp-secure-cert-tool==2.6.1 && python3 make.py

The key is that of RFC 6979, appendix A.2.5, which everybody knows.
"""

import os
import subprocess
import sys
import tempfile

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from esp_secure_cert import tlv_format

HERE = os.path.dirname(os.path.abspath(__file__))
SCALAR = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721

with tempfile.TemporaryDirectory() as folder:
    at = lambda name: os.path.join(folder, name)
    with open(at("device.key"), "wb") as file:
        file.write(ec.derive_private_key(SCALAR, ec.SECP256R1()).private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    key = tlv_format.tlv_priv_key_t(tlv_format.tlv_priv_key_type_t.ESP_SECURE_CERT_DEFAULT_FORMAT_KEY, at("device.key"), None)
    certificate = os.path.join(HERE, "device.crt")
    tlv_format.generate_partition_no_ds(key, certificate, certificate, "esp32", os.path.join(HERE, "esp_secure_cert.bin"))

    with open(certificate, "rb") as file:
        pem = file.read() + b"\0"
    files = {"device_crt": pem, "long": bytes(each % 251 for each in range(9000)), "page": bytes(each % 241 for each in range(4000)), "empty_page": b"\x00" * 31}
    for name, content in files.items():
        with open(at(name), "wb") as file:
            file.write(content)
    with open(at("values.csv"), "w") as file:
        file.write("key,type,encoding,value\n")
        file.write("lineside,namespace,,\nserial,data,string,LS-000042\nport,data,u16,8883\n")
        file.write("device_crt,file,binary,%s\nlong,file,binary,%s\n" % (at("device_crt"), at("long")))
        file.write("other,namespace,,\nsmall,data,u8,7\nlarge,data,u32,4294967295\nsentence,data,string,%s\n" % ("a long line " * 200))
        file.write("page,file,binary,%s\nempty_page,file,binary,%s\nlast_of_15_char,data,string,x\n" % (at("page"), at("empty_page")))
    subprocess.run([sys.executable, "-m", "esp_idf_nvs_partition_gen", "generate", at("values.csv"), os.path.join(HERE, "nvs.bin"), "0x6000"], check=True)
