/** Held by the compiler when the package is made (setup/pack-client.mjs): what the client reads is what clients/openapi.json says is answered, and what it sends is what is taken. */
import type { components, paths } from './package/dist/api.js';
import type { ApiProblem } from './package/dist/api-client.js';
import type { Attached, Beaten, Ended, Granted, Identity, Outcome, Report, Settled, StationItself } from './package/dist/station-answers.js';

type Named<Kind extends string, Holder> = Holder extends { [_ in Kind]: infer Body } ? Body : never;
type Json<Holder> = Named<'application/json', Named<'content', Holder>>;
type Answer<Path extends keyof paths, Method extends 'get' | 'post' = 'post'> = Json<paths[Path][Method] extends { responses: { 200: infer Good } } ? Good : never>;
type Request<Path extends keyof paths> = Json<Named<'requestBody', paths[Path]['post']>>;
type Problem = components['schemas']['Problem'];

/** Every `Given` is a `Wanted`. A `never` is what the document does not have, and an `any` says nothing. */
type Agree<Given extends Wanted, Wanted> = 0 extends 1 & (Given | Wanted) ? 'any' : [Given] extends [never] ? 'not in the document' : [Wanted] extends [never] ? 'not in the document' : true;
/** For words: each has the other's. */
type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;
/** The members that a type names, without "and any other". */
type Known<Type> = { [Name in keyof Type as string extends Name ? never : Name]: Type[Name] };
type Fenced = { fence: number };
type CanBeKept = { [member: string]: components['schemas']['Json'] };

export const agreed: {
  reads: [
    Agree<Answer<'/v1/station', 'get'>, StationItself>,
    Agree<Answer<'/v1/station/claims'>, Granted>,
    Agree<Answer<'/v1/jobs/{id}/heartbeat'>, Beaten>,
    Agree<Answer<'/v1/jobs/{id}/certificate'>, Identity>,
    Agree<Answer<'/v1/jobs/{id}/result'>, Ended>,
    Agree<Problem, NonNullable<Settled['problem']>>,
    Agree<Problem, Pick<ApiProblem, 'code' | 'status' | 'retryable'> & { detail?: string; retryAfterMs?: number; operatorAction?: string; nextStep?: string; requestId?: string }>,
  ];
  sends: [
    Agree<{ slot: string; waitMs: number; serial?: string }, Request<'/v1/station/claims'>>,
    Agree<Fenced & { phase?: string; progress?: number; checkpoint?: CanBeKept }, Request<'/v1/jobs/{id}/heartbeat'>>,
    Agree<Fenced & { csr: string }, Request<'/v1/jobs/{id}/certificate'>>,
    Agree<Fenced & Known<Report> & { attachments?: Attached[] }, Request<'/v1/jobs/{id}/result'>>,
    Agree<Fenced, Request<'/v1/jobs/{id}/release'>>,
  ];
  words: [Same<Outcome, Request<'/v1/jobs/{id}/result'>['outcome']>, Same<Beaten['directive'], Answer<'/v1/jobs/{id}/heartbeat'>['directive']>];
  paths: (keyof paths)[];
} = {
  reads: [true, true, true, true, true, true, true],
  sends: [true, true, true, true, true],
  words: [true, true],
  paths: ['/v1/attachments/{sha256}', '/v1/results/batch'],
};
