import { z } from 'zod';
import { ServiceError } from '../service-error.js';

/** Without white space, as the quota page counts. */
const LIMIT = 2_048;

const OneOrMore = z.union([z.string().min(1).transform((one) => [one]), z.array(z.string().min(1)).min(1)]);

const Action = OneOrMore.refine((actions) => actions.every((action) => /^(\*|[a-zA-Z0-9-]+:[a-zA-Z*?]+)$/.test(action)), 'holds an unknown action');
const Resource = OneOrMore.refine((resources) => resources.every((one) => one === '*' || one.startsWith('arn:')), 'must be * or start with arn:');

/** "Only connect using default features" (Developer Guide, "Connect policy examples"). */
const Nothing = z.array(z.string()).max(0);

const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action,
  Resource,
  Condition: z.record(z.string(), z.record(z.string(), z.union([z.boolean().transform((value) => [String(value)]), OneOrMore, Nothing]))).optional(),
});
export type Statement = z.infer<typeof Statement>;

const Document = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']),
  Id: z.string().optional(),
  Statement: z.union([Statement.transform((one) => [one]), z.array(Statement).min(1)]),
});

/** Throws MalformedPolicyException. */
export function parsePolicy(document: string): readonly Statement[] {
  if (document.replace(/\s/g, '').length > LIMIT) throw malformed(`it has more than ${LIMIT} characters without white space`);
  let json: unknown;
  try {
    json = JSON.parse(document);
  } catch {
    throw malformed('it is not JSON');
  }
  const parsed = Document.safeParse(json);
  if (parsed.success) return parsed.data.Statement;
  throw malformed(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim()).join('; '));
}

const malformed = (reason: string) => new ServiceError('MalformedPolicyException', `The policy document is malformed: ${reason}.`);
