import type { Cloud, CloudTarget } from './credentials.js';

const NAME = 'lineside-fleet-hook';

/**
 * Deploys the pre-provisioning hook into the sandbox, as docs/methods/fleet-claim.md has it for AWS: the function, built on this machine, and that AWS IoT may call it. `authorities`: PEM
 * of those whose vouchers it takes. One that is there already is told of them.
 */
export async function deployFleetHook({ endpointUrl }: Pick<Cloud, 'endpointUrl'>, target: Pick<CloudTarget, 'accountId' | 'region' | 'accessKeyId' | 'secretAccessKey'>, authorities: string): Promise<void> {
  const { accountId, region, accessKeyId, secretAccessKey } = target;
  const sdk = await import('@aws-sdk/client-lambda');
  const lambda = new sdk.LambdaClient({ endpoint: endpointUrl, region, credentials: { accessKeyId, secretAccessKey } });
  const Environment = { Variables: { VOUCHER_AUTHORITIES: authorities } };
  try {
    await lambda.send(new sdk.CreateFunctionCommand({
      FunctionName: NAME, Role: `arn:aws:iam::${accountId}:role/lineside-fleet-hook`, Runtime: 'nodejs22.x', Handler: 'fleet-hook.handler', Code: { S3Bucket: 'sandbox', S3Key: '.' }, Timeout: 20, Environment,
    }));
    await lambda.send(new sdk.AddPermissionCommand({
      FunctionName: NAME, StatementId: 'fleet', Action: 'lambda:InvokeFunction', Principal: 'iot.amazonaws.com', SourceArn: `arn:aws:iot:${region}:${accountId}:provisioningtemplate/lineside-fleet-*`,
    }));
  } catch (error) {
    if (!(error instanceof sdk.ResourceConflictException)) throw error;
    const { Environment: known } = await lambda.send(new sdk.GetFunctionConfigurationCommand({ FunctionName: NAME }));
    const present = known?.Variables?.['VOUCHER_AUTHORITIES'] ?? '';
    const VOUCHER_AUTHORITIES = present.includes(authorities.trim()) ? present : `${present.trimEnd()}\n${authorities}`;
    await lambda.send(new sdk.UpdateFunctionConfigurationCommand({ FunctionName: NAME, Environment: { Variables: { VOUCHER_AUTHORITIES } } }));
  } finally {
    lambda.destroy();
  }
}
