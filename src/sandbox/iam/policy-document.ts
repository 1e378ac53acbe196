import { z } from 'zod';

/** Policies of IAM: of a role, of who may assume it, and of queues. (Those of AWS IoT, which devices have, are another language: model/policy-document.ts.) */

const OneOrMore = z.union([z.string().min(1).transform((one) => [one]), z.array(z.string().min(1)).min(1)]);
const Texts = z.union([z.boolean().transform((value) => [String(value)]), OneOrMore]);

const Action = OneOrMore.refine((actions) => actions.every((action) => /^(\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/.test(action)), 'holds an unknown action');
const Resource = OneOrMore.refine((resources) => resources.every((one) => one === '*' || one.startsWith('arn:') || one.startsWith('${')), 'must be * or start with arn:');
const Principal = z.union([
  z.literal('*').transform((everybody): { AWS?: string[] | undefined; Service?: string[] | undefined } => ({ AWS: [everybody] })),
  z.strictObject({ AWS: OneOrMore.optional(), Service: OneOrMore.optional() }),
]);

/** Without dates, numbers and IP addresses: a policy that has such a condition is refused when it is given, so that none is read wrongly. */
export const OPERATOR =
  /^(?:(ForAllValues|ForAnyValue):)?(StringEquals|StringNotEquals|StringEqualsIgnoreCase|StringNotEqualsIgnoreCase|StringLike|StringNotLike|ArnEquals|ArnNotEquals|ArnLike|ArnNotLike|Bool|Null)(IfExists)?$/;

const Condition = z.record(z.string().regex(OPERATOR, 'has a condition operator that the sandbox does not know'), z.record(z.string().min(1), Texts));

const Statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: Principal.optional(),
    Action: Action.optional(),
    NotAction: Action.optional(),
    Resource: Resource.optional(),
    NotResource: Resource.optional(),
    Condition: Condition.optional(),
  })
  .refine(({ Action: some, NotAction: others }) => (some === undefined) !== (others === undefined), 'needs an Action or a NotAction');

export type PolicyStatement = z.infer<typeof Statement>;

const Document = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([Statement.transform((one) => [one]), z.array(Statement).min(1)]),
});

/** What a policy belongs to: a role (`identity`), the question who may assume it (`trust`), or a queue (`resource`). */
export type PolicyKind = 'identity' | 'trust' | 'resource';

export class MalformedPolicy extends Error {}

/** @throws MalformedPolicy */
export function parsePolicyDocument(document: string, kind: PolicyKind): readonly PolicyStatement[] {
  let json: unknown;
  try {
    json = JSON.parse(document);
  } catch {
    throw new MalformedPolicy('The policy is not in the valid JSON format.');
  }
  const parsed = Document.safeParse(json);
  if (!parsed.success) {
    throw new MalformedPolicy(`Syntax errors in policy: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim()).join('; ')}.`);
  }
  for (const { Principal: principal, Resource: resource, NotResource: others } of parsed.data.Statement) {
    const named = resource !== undefined || others !== undefined;
    if (kind === 'identity' && principal !== undefined) throw new MalformedPolicy('Policy document should not specify a principal.');
    if (kind !== 'identity' && principal === undefined) throw new MalformedPolicy('Missing required field Principal.');
    if (kind === 'trust' && named) throw new MalformedPolicy('Has prohibited field Resource.');
    if (kind !== 'trust' && !named) throw new MalformedPolicy('Policy statement must contain resources.');
  }
  return parsed.data.Statement;
}
