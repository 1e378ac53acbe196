import { z } from 'zod';
import { TemplateBody } from '../model/shapes.js';
import { evaluate, ProvisioningFailure } from '../provisioning/evaluation.js';
import { provision } from '../provisioning/provision.js';
import { ServiceError } from '../service-error.js';
import { operation } from './operation.js';

export const Parameters = z.record(z.string().max(2_048), z.string().max(4_096));

export const registerThing = operation({ body: { templateBody: TemplateBody, parameters: Parameters.default({}) } }, (call, input) => {
  try {
    const { certificatePem, resourceArns } = provision(call, evaluate(input.templateBody, 'REGISTER_THING', input.parameters));
    return { certificatePem, resourceArns };
  } catch (error) {
    throw asRegistrationFailure(error);
  }
});

/** Of the errors that the model lists for RegisterThing, those of the calls that it makes for its caller become one. */
function asRegistrationFailure(error: unknown): unknown {
  if (error instanceof ProvisioningFailure) return new ServiceError('ResourceRegistrationFailureException', error.message);
  if (!(error instanceof ServiceError) || error.type === 'InvalidRequestException') return error;
  return new ServiceError('ResourceRegistrationFailureException', `${error.type}: ${error.message}`);
}
