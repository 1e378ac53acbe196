import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { EU } from '../../sandbox/support/bench.js';
import type { BotoCall } from '../../sandbox/support/boto3.js';
import type { Line } from './line.js';

export const TEMPLATE = {
  Parameters: { ThingName: { Type: 'String' }, CertificatePem: { Type: 'String' }, CACertificatePem: { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'ThingName' }, ThingTypeName: 'bulk', AttributePayload: { line: 'L1' } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificatePem: { Ref: 'CertificatePem' }, CACertificatePem: { Ref: 'CACertificatePem' }, Status: 'ACTIVE' } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'lineside-device' } },
  },
};
export const PARAMETERS = { template: TEMPLATE, bucket: 'factory-{account}', prefix: 'line/one' };

/** What docs/aws says is enough in the second account, as its owner gives it to the role `lineside`; without the right to hand a role to AWS IoT where that is said. */
export function policyOfUs(withoutPassRole: boolean): BotoCall {
  const text = readFileSync('docs/aws/bulk.json', 'utf8').replaceAll('REGION', 'us-east-1').replaceAll('ACCOUNT', '222222222222').replace('BUCKET', 'factory-222222222222').replace('PREFIX', PARAMETERS.prefix);
  const { Version, Statement } = JSON.parse(text) as { Version: string; Statement: { Sid: string }[] };
  const PolicyDocument = JSON.stringify({ Version, Statement: Statement.filter(({ Sid }) => !withoutPassRole || Sid !== 'PassProvisioningRole') });
  return { service: 'iam', operation: 'put_role_policy', arguments: { RoleName: 'lineside', PolicyName: 'bulk', PolicyDocument } };
}

/** So many units with copies of one certificate, which wait for a file in a target that nobody looks at, `paused`. */
export async function manyWaiting(line: Line, many: number) {
  const target = { ...line.target(EU), name: 'paused', region: 'eu-central-1' };
  await line.db.insertInto('target').values({ name: target.name, account_id: target.accountId, region: target.region, mode: 'SNI_ONLY', provisioning_role_arn: target.provisioningRoleArn, state: 'paused', session_tags: '{}' } as never).execute();
  await sql`with made as (insert into unit (serial, work_order_id, state) select 'MANY-' || n, 'WO', 'certified' from generate_series(1, ${many}::int) n returning id, serial),
      model as (select certificate as model from certificate where state = 'valid' limit 1),
      certified as (insert into certificate select filled.* from model, made, jsonb_populate_record(model.model, jsonb_build_object('serial_number', md5(serial), 'fingerprint', md5(serial) || md5(serial), 'unit_id', id)) as filled returning unit_id, fingerprint)
    insert into unit_target (unit_id, target_name, certificate_id, method, step, state) select unit_id, 'paused', fingerprint, 'bulk', 'gather', 'pending' from certified`.execute(line.db);
  return line.db.selectFrom('unit_target').select(['unit_id as unitId', 'certificate_id as certificateId']).where('target_name', '=', 'paused').execute();
}
