import { z } from 'zod';
import type { Caller } from '../iam/caller.js';
import type { Store } from '../store/store.js';
import type { MessageWaiters } from './message-waiters.js';
import type { QueueAccess } from './queue-access.js';
import { invalidParameter } from './sqs-error.js';

/** What an operation works with. */
export interface SqsCall {
  readonly caller: Caller;
  readonly store: Store;
  readonly access: QueueAccess;
  readonly waiters: MessageWaiters;
  /** As the caller wrote it: queue URLs must lead to the same place. */
  readonly host: string;
  /** Aborted when the caller has gone away. */
  readonly closed: AbortSignal;
}

export type Output = Readonly<Record<string, unknown>>;
export type SqsOperation = (call: SqsCall, input: unknown) => Output | Promise<Output>;

export const QueueUrl = z.string().min(1);
export const Names = z.array(z.string()).default([]);

/** Input is checked against these shapes, in the form of the JSON protocol. @throws SqsError */
export function operation<T extends z.ZodRawShape>(shape: T, run: (call: SqsCall, input: z.infer<z.ZodObject<T>>) => Output | Promise<Output>): SqsOperation {
  const schema = z.object(shape);
  return (call, input) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return run(call, parsed.data);
    const [issue] = parsed.error.issues;
    throw invalidParameter(`Value at '${issue?.path.join('.')}' is invalid. Reason: ${issue?.message}.`);
  };
}
