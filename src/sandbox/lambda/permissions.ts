import { z } from 'zod';
import type { FunctionRepository, LambdaFunction } from '../store/function.repository.js';
import { LambdaError } from './lambda-error.js';

const Permission = z.object({
  StatementId: z.string().regex(/^[\w-]{1,100}$/),
  Action: z.string().regex(/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/),
  Principal: z.string().min(1),
  SourceArn: z.string().regex(/^arn:/).optional(),
  SourceAccount: z.string().regex(/^[0-9]{12}$/).optional(),
});

/** Lets a service or an account call a function. @throws LambdaError */
export function addPermission(functions: FunctionRepository, found: LambdaFunction, input: unknown): object {
  const parsed = Permission.safeParse(input);
  if (!parsed.success) throw new LambdaError('InvalidParameterValueException', `Value at '${parsed.error.issues[0]?.path.join('.')}' is invalid: ${parsed.error.issues[0]?.message}`, 400);
  const { StatementId, Action, Principal, SourceArn, SourceAccount } = parsed.data;
  if (found.permissions[StatementId] !== undefined) throw new LambdaError('ResourceConflictException', `The statement id (${StatementId}) provided already exists.`, 409);
  const condition = {
    ...(SourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
    ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': SourceArn } }),
  };
  const statement = JSON.stringify({
    Sid: StatementId, Effect: 'Allow', Principal: Principal.endsWith('.amazonaws.com') ? { Service: Principal } : { AWS: Principal }, Action, Resource: found.arn,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  });
  functions.setPermissions(found, { ...found.permissions, [StatementId]: statement });
  return { Statement: statement };
}

/** @throws LambdaError where there is none */
export function permissionsPolicy(found: LambdaFunction): object {
  const statements = Object.values(found.permissions).map((statement) => JSON.parse(statement) as object);
  if (statements.length === 0) throw new LambdaError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
  return { Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements }), RevisionId: String(+found.modifiedAt) };
}

/** @throws LambdaError */
export function removePermission(functions: FunctionRepository, found: LambdaFunction, id: string): void {
  if (found.permissions[id] === undefined) throw new LambdaError('ResourceNotFoundException', `Statement ${id} is not found in resource policy.`, 404);
  functions.setPermissions(found, Object.fromEntries(Object.entries(found.permissions).filter(([other]) => other !== id)));
}
