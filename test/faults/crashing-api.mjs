// The api as it is built, but at one step between the CSR and the answer it dies by SIGKILL, or hangs until SIGCONT: CRASH_AT
// says at which step, CRASH_BY the signal.
import { flushCompileCache } from 'node:module';
import { from, lastValueFrom } from 'rxjs';
import { IdempotencyInterceptor } from '../../dist/access/idempotency.interceptor.js';
import { CertificateAuthorityService } from '../../dist/certificate-authority/certificate-authority.service.js';
import { loadConfig } from '../../dist/config/config.js';
import { createApp } from '../../dist/create-app.js';
import { GenerationMaker } from '../../dist/certificate-authority/generation-maker.js';
import { Hsm } from '../../dist/hsm/hsm.js';
import { Reservations } from '../../dist/issuance/reservations.js';

// A process that is killed would not write it.
flushCompileCache();

const app = await createApp(loadConfig(process.env), false);
const reservations = app.get(Reservations, { strict: false });
const authority = app.get(CertificateAuthorityService, { strict: false });

const signal = process.env.CRASH_BY ?? 'SIGKILL';
/** Whoever hangs goes on after it. */
const crash = (answer) => {
  process.kill(process.pid, signal);
  return signal === 'SIGKILL' ? new Promise(() => undefined) : answer;
};
const crashBefore = (object, method) => {
  const original = object[method].bind(object);
  object[method] = async (...asked) => {
    await crash();
    return original(...asked);
  };
};
const crashAfter = (object, method) => {
  const original = object[method].bind(object);
  object[method] = async (...asked) => crash(await original(...asked));
};

/** Before or after the work of a request, as its Idempotency-Key begins; its answer is not kept yet then. */
const crashAround = () => {
  const { intercept } = IdempotencyInterceptor.prototype;
  IdempotencyInterceptor.prototype.intercept = function (context, next) {
    const key = context.switchToHttp().getRequest().headers['idempotency-key'] ?? '';
    const work = async () => {
      if (key.startsWith('before')) await crash();
      const answer = await lastValueFrom(next.handle(), { defaultValue: undefined });
      return key.startsWith('after') ? crash(answer) : answer;
    };
    return intercept.call(this, context, { handle: () => from(work()) });
  };
};

const steps = {
  'around the change': crashAround,
  'before-reserve': () => crashBefore(reservations, 'reserve'),
  'after-reserve': () => crashAfter(reservations, 'reserve'),
  'after-sign': () => crashAfter(authority, 'sign'),
  'after-complete': () => crashAfter(reservations, 'complete'),
  'before its key is made': () => crashBefore(app.get(GenerationMaker, { strict: false }), 'make'),
  'when its key is made': () => crashAfter(app.get(Hsm, { strict: false }), 'generateKeyPair'),
  'when it has signed its certificate': () => crashAfter(app.get(GenerationMaker, { strict: false }), 'make'),
  'before it is recorded': () => crashAfter(app.get(GenerationMaker, { strict: false }), 'record'),
};
steps[process.env.CRASH_AT]();
await app.listen(0, '127.0.0.1');
process.send({ url: await app.getUrl() });
