// The api as it is built, but it dies by SIGKILL at one step between the CSR and the answer: CRASH_AT says at which.
import { CertificateAuthorityService } from '../../dist/certificate-authority/certificate-authority.service.js';
import { loadConfig } from '../../dist/config/config.js';
import { createApp } from '../../dist/create-app.js';
import { Reservations } from '../../dist/issuance/reservations.js';

const app = await createApp(loadConfig(process.env), false);
const reservations = app.get(Reservations, { strict: false });
const authority = app.get(CertificateAuthorityService, { strict: false });

const die = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
const dieBefore = (object, method) => (object[method] = die);
const dieAfter = (object, method) => {
  const original = object[method].bind(object);
  object[method] = (...asked) => original(...asked).then(die);
};

const steps = {
  'before-reserve': () => dieBefore(reservations, 'reserve'),
  'after-reserve': () => dieAfter(reservations, 'reserve'),
  'after-sign': () => dieAfter(authority, 'sign'),
  'after-complete': () => dieAfter(reservations, 'complete'),
};
steps[process.env.CRASH_AT]();
await app.listen(0, '127.0.0.1');
process.send({ url: await app.getUrl() });
