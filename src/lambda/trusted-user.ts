import { CreateProvisioningClaimCommand, DescribeProvisioningTemplateCommand, IoTClient, ResourceNotFoundException, ThrottlingException } from '@aws-sdk/client-iot';

/**
 * Fleet provisioning by trusted user, for an installer's app that is not on the factory's network: behind an API of Amazon API Gateway it makes
 * a claim that is good for five minutes (developer guide, "Provisioning by trusted user"; docs/methods/fleet-trusted-user.md). Who calls is known by the API's
 * authorizer, how often he may by its throttling. None is made while the template asks no hook: with a claim anybody could make any Thing then.
 */
export interface TrustedUserSettings {
  iot: IoTClient;
  templateName: string;
  /** Where devices connect: host name of the account's data endpoint. */
  endpoint: string;
  /** A line of the function's log. */
  log: (line: object) => void;
}

/** What is read of an event of API Gateway (payload format version 2.0). */
export interface ApiEvent {
  requestContext: {
    requestId: string;
    authorizer?: { jwt?: { claims: Record<string, unknown> }; iam?: { userArn?: string } };
  };
}

export interface ApiAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** Everything that a device needs to ask for a certificate of its own before `expiresAt`. */
export interface ProvisioningClaim {
  certificateId: string;
  certificatePem: string;
  privateKeyPem: string;
  templateName: string;
  endpoint: string;
  /** UTC, five minutes from now: by then the device must have its own certificate. */
  expiresAt: string;
}

export function trustedUser({ iot, templateName, endpoint, log }: TrustedUserSettings) {
  return async ({ requestContext: { requestId, authorizer } }: ApiEvent): Promise<ApiAnswer> => {
    const installer = installerOf(authorizer);
    if (installer === undefined) return refusal(403, 'not-signed-in', 'The API has not said who calls', 'Give the route an authorizer: without one anybody could make claims.');
    try {
      const { preProvisioningHook } = await iot.send(new DescribeProvisioningTemplateCommand({ templateName }));
      if (preProvisioningHook?.targetArn === undefined) {
        const detail = `The provisioning template ${templateName} has no pre-provisioning hook, so that a claim would let in any device`;
        log({ event: 'claim.refused', requestId, installer, templateName, detail });
        return refusal(503, 'template-without-hook', detail, 'Set the hook of the template again; the plan of the family’s registration in the target shows what differs.');
      }
      const made = await iot.send(new CreateProvisioningClaimCommand({ templateName }));
      const claim: ProvisioningClaim = {
        certificateId: made.certificateId!, certificatePem: made.certificatePem!, privateKeyPem: made.keyPair!.PrivateKey!, templateName, endpoint, expiresAt: made.expiration!.toISOString(),
      };
      log({ event: 'claim.created', requestId, installer, templateName, certificateId: claim.certificateId, expiresAt: claim.expiresAt });
      return answer(201, 'application/json', claim);
    } catch (error) {
      const { name, message } = error as Error;
      log({ event: 'claim.refused', requestId, installer, templateName, awsError: name, detail: message });
      if (error instanceof ThrottlingException) return refusal(429, 'too-many-claims', 'AWS IoT makes no more claims at this rate', 'Try again.', { 'retry-after': '2' });
      if (error instanceof ResourceNotFoundException) return refusal(503, 'template-missing', `There is no provisioning template ${templateName}`, 'Deploy the stack with the name of an enabled fleet template of this account and region.');
      return refusal(502, 'aws-refused', `AWS IoT has made no claim (${name})`, 'See the log of the function: its role needs iot:CreateProvisioningClaim and iot:DescribeProvisioningTemplate for the template. After an upgrade, update the stack with the template of this version.', { 'retry-after': '10' });
    }
  };
}

/** The subject of the app's sign-in, or the ARN of the IAM user. */
function installerOf(authorizer: ApiEvent['requestContext']['authorizer']): string | undefined {
  const subject = authorizer?.jwt?.claims['sub'];
  return typeof subject === 'string' && subject !== '' ? subject : authorizer?.iam?.userArn;
}

function refusal(status: number, code: string, detail: string, remedy: string, headers: Record<string, string> = {}): ApiAnswer {
  return answer(status, 'application/problem+json', { status, code, detail, remedy, retryable: 'retry-after' in headers }, headers);
}

function answer(statusCode: number, type: string, body: object, headers: Record<string, string> = {}): ApiAnswer {
  return { statusCode, headers: { 'content-type': type, 'cache-control': 'no-store', ...headers }, body: JSON.stringify(body) };
}

let configured: ReturnType<typeof trustedUser> | undefined;

/** Lambda's entry: TEMPLATE_NAME and DATA_ENDPOINT are its settings. */
export const handler = async (event: ApiEvent): Promise<ApiAnswer> => {
  const { TEMPLATE_NAME, DATA_ENDPOINT } = process.env;
  if (!TEMPLATE_NAME || !DATA_ENDPOINT) throw new Error('TEMPLATE_NAME and DATA_ENDPOINT must be set');
  configured ??= trustedUser({ iot: new IoTClient({}), templateName: TEMPLATE_NAME, endpoint: DATA_ENDPOINT, log: (line) => console.log(JSON.stringify(line)) });
  return configured(event);
};
