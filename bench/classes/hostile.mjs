// A program of its own, so that its work is not the stations': sends batch lines of an order that does not exist as fast as they are taken,
// in STREAMS streams, until it is killed.
import { request } from 'node:http';

const { URL: url, KEY: key, STREAMS: streams, CSR: csr } = process.env;
const LINES = 64;
const packet = Buffer.from(Array.from({ length: LINES }, (_, at) => `${JSON.stringify({ workOrder: 'no-such-order', serial: `X-${at}`, csr: JSON.parse(csr) })}\n`).join(''));
let answered = 0;

function stream() {
  const call = request(new URL('/v1/certificates/batch', url), { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' } });
  const send = () => {
    while (call.write(packet));
    call.once('drain', send);
  };
  call.on('response', (answer) => answer.on('data', (chunk) => (answered += chunk.toString().split('\n').length - 1)));
  call.on('error', (error) => process.stderr.write(`${error.message}\n`));
  send();
}

for (let number = 0; number < Number(streams); number++) stream();
setInterval(() => {
  process.send?.({ answered });
  answered = 0;
}, 1_000);
