import { z } from 'zod';
import { named } from '../../platform/http/api-responses.js';
import type { Method } from '../../work-orders/work-order.tables.js';

// Without defaults, so that an order shows what it was made with; what is left out is filled in where it is read.

export const JitpParameters = named('JitpParameters', z.object({}).strict(), {});

export const MultiAccountParameters = named('MultiAccountParameters', z
  .object({
    activate: z.enum(['at-issue', 'at-pass']).optional()
      .meta({ description: 'When a unit’s certificates become ACTIVE: as soon as they are registered with policy and Thing (at-issue, the default), or once the unit has passed' }),
  })
  .strict(), { activate: 'at-pass' });

/** What RegisterThing is called with for each unit; a template may ask for these. */
const UNIT_PARAMETERS = ['ThingName', 'SerialNumber', 'CertificateId', 'CertificatePem', 'CACertificatePem'];
/** Most characters of a template (AWS IoT API reference, RegisterThing). */
const TEMPLATE_SIZE = 10_240;

const Template = z
  .looseObject({ Parameters: z.record(z.string(), z.looseObject({ Default: z.string().optional() })), Resources: z.record(z.string(), z.looseObject({ Type: z.string() })) })
  .refine((template) => JSON.stringify(template).length <= TEMPLATE_SIZE, `is longer than ${TEMPLATE_SIZE} characters`)
  .refine(({ Parameters }) => Object.entries(Parameters).every(([name, { Default }]) => UNIT_PARAMETERS.includes(name) || Default !== undefined), `asks for a parameter without a Default that is none of ${UNIT_PARAMETERS.join(', ')}`)
  .refine(({ Resources }) => ['AWS::IoT::Thing', 'AWS::IoT::Certificate'].every((type) => Object.values(Resources).some(({ Type }) => Type === type)), 'makes no Thing, or takes no certificate');

export const SingleThingParameters = named('SingleThingParameters', z
  .object({ template: Template.optional().meta({ description: 'Body of a provisioning template for RegisterThing; without one the plain calls are made' }) })
  .strict(), {});

/** The methods that an order may name, each with what the order may say of it. */
export const METHOD_PARAMETERS = {
  jitp: JitpParameters,
  'multi-account': MultiAccountParameters,
  'single-thing': SingleThingParameters,
} as const satisfies Partial<Record<Method, z.ZodType>>;

export type BuiltMethod = keyof typeof METHOD_PARAMETERS;
export const METHOD_NAMES = Object.keys(METHOD_PARAMETERS) as [BuiltMethod, ...BuiltMethod[]];
