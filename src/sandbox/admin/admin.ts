import { z } from 'zod';
import { BodyTooLarge, header, readBody, type AwsRequest } from '../endpoint/aws-request.js';
import type { Answer, AwsService } from '../endpoint/aws-service.js';
import { Fault } from '../faults/fault.js';
import type { Faults } from '../faults/faults.js';
import type { Throttle } from '../faults/throttle.js';
import type { Store } from '../store/store.js';

/** Where the sandbox is told things that AWS is not: never a path of AWS's. */
export const ADMIN_PATH = '/_sandbox/';

const BODY_LIMIT = 65_536;

class AdminError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** What a request to `/_sandbox/` can change and see. */
export interface Administered {
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly store: Store;
}

const Throttling = z.strictObject({ on: z.boolean() });

const ROUTES: Readonly<Record<string, (given: Administered, request: AwsRequest, body: unknown, id: string) => object>> = {
  'GET faults': ({ faults }) => ({ faults: faults.list() }),
  'POST faults': ({ faults }, _request, body) => faults.order(check(Fault, body)),
  'DELETE faults': ({ faults }, _request, _body, id) => {
    if (id === '') faults.clear();
    else if (!faults.remove(id)) throw new AdminError(404, `There is no fault ${id}.`);
    return {};
  },
  'GET throttling': ({ throttle }) => ({ on: throttle.isOn }),
  'PUT throttling': ({ throttle }, _request, body) => {
    throttle.turn(check(Throttling, body).on);
    return { on: throttle.isOn };
  },
  'GET provisioning-failures': ({ store }) => ({ failures: store.certificates.provisioningFailures() }),
};

/** Requests are not signed: whoever reaches the port may do this, but no web page (a browser asks before it sends JSON to another site). */
export function createAdmin(given: Administered): AwsService {
  return {
    signingNames: [],
    async answer(request) {
      const [name = '', id = ''] = request.path.slice(ADMIN_PATH.length).split('/');
      const key = `${request.method} ${name}`;
      const route = Object.hasOwn(ROUTES, key) ? ROUTES[key] : undefined;
      if (route === undefined) throw new AdminError(404, `There is no ${request.method} ${request.path}. There are: ${Object.keys(ROUTES).join(', ')}.`);
      const body = await readBody(request, BODY_LIMIT);
      if (body.length > 0 && header(request, 'content-type')?.startsWith('application/json') !== true) throw new AdminError(415, 'Send JSON, and say so in Content-Type.');
      return json(200, route(given, request, body.length === 0 ? {} : parse(body), id));
    },
    refusal(error) {
      const status = error instanceof AdminError ? error.status : error instanceof BodyTooLarge ? 413 : 500;
      const message = status === 500 || !(error instanceof Error) ? 'An unexpected error has occurred.' : error.message;
      return { answer: json(status, { message }), internal: status === 500 };
    },
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AdminError(400, 'The body is not JSON.');
  }
}

function check<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AdminError(400, parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

const json = (status: number, body: object): Answer => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
