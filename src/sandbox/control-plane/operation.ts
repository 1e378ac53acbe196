import { z } from 'zod';
import type { Account } from '../accounts.js';
import type { EventLog } from '../event-log.js';
import type { Caller } from '../iam/caller.js';
import type { Permissions } from '../iam/permissions.js';
import type { RegistrationTasks } from '../provisioning/registration-tasks.js';
import type { Registry } from '../registry/registry.js';
import { invalidRequest } from '../service-error.js';

/** What is the same for all calls. */
export interface CallContext extends Omit<Registry, 'account'> {
  readonly permissions: Permissions;
  readonly tasks: RegistrationTasks;
  /** A link to a report of a bulk task, undefined while there is none. */
  readonly reportLink: (account: Account, name: string) => string | undefined;
  readonly log: EventLog;
  /** Ends the live MQTT sessions of a certificate. */
  readonly disconnect: (account: Account, certificateId: string) => void;
}

/** What an operation works with: who calls, and what there is to change. */
export interface Call extends CallContext {
  readonly account: Account;
  readonly caller: Caller;
}

/** The service that roles are handed to in this API. */
const SELF = 'iot.amazonaws.com';

/** The caller hands AWS IoT a role. @throws AccessDenied, UnusableRole */
export const requirePassableRole = ({ permissions, caller }: Call, roleArn: string): void => permissions.requirePassable(caller, roleArn, SELF);

/** A request taken apart. Which of the four places a member stands in is part of the service model. */
export interface RequestParts {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

type Output = object | undefined | Promise<object | undefined>;

export type Operation = (call: Call, request: RequestParts) => Output;

type Members = z.ZodRawShape;
type Input<P extends Members, Q extends Members, H extends Members, B extends Members> = z.infer<z.ZodObject<P>> &
  z.infer<z.ZodObject<Q>> &
  z.infer<z.ZodObject<H>> &
  z.infer<z.ZodObject<B>>;

/**
 * An operation that checks its input against the service model before it runs. A member in the wrong place
 * (such as `setAsActive` in the body) is ignored, as AWS does.
 */
// eslint-disable-next-line typescript/no-empty-object-type
export function operation<P extends Members = {}, Q extends Members = {}, H extends Members = {}, B extends Members = {}>(
  shape: { path?: P; query?: Q; headers?: H; body?: B },
  run: (call: Call, input: Input<P, Q, H, B>) => Output,
): Operation {
  const path = z.object(shape.path ?? ({} as P));
  const query = z.object(shape.query ?? ({} as Q));
  const headers = z.object(shape.headers ?? ({} as H));
  const body = z.object(shape.body ?? ({} as B));
  return (call, request) =>
    run(call, {
      ...check(path, request.path),
      ...check(query, request.query),
      ...check(headers, request.headers),
      ...check(body, request.body ?? {}),
    });
}

function check<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `Value at '${issue.path.join('.')}' failed to satisfy constraint: ${issue.message}`,
  );
  throw invalidRequest(`${problems.length} validation error${problems.length === 1 ? '' : 's'} detected: ${problems.join('; ')}`);
}
