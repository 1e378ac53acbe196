import { EU } from '../../sandbox/support/bench.js';
import { boto3 } from '../../sandbox/support/boto3.js';
import { until } from '../../support/until.js';
import type { Line } from './line.js';

/** What the role in the first account may do for AWS IoT when it registers devices. */
export class ProvisioningRights {
  private isDetached = false;

  constructor(private readonly line: Line) {}

  async detach(): Promise<void> {
    this.isDetached = true;
    await this.change('detach_role_policy');
  }

  async attach(): Promise<void> {
    await this.change('attach_role_policy');
    this.isDetached = false;
  }

  /** However a test has ended: AWS does what it is asked for, and no file is under way and no unit waits for one, all of which is due now. */
  async rest(): Promise<void> {
    const { db, aws } = this.line;
    await aws.admin('DELETE', 'faults');
    if (this.isDetached) await this.attach();
    const files = () => db.selectFrom('bulk_registration').select('id').where('state', '<>', 'ended');
    const units = () => db.selectFrom('bulk_csr').select('unit_id').where('state', '<>', 'signed').where('bulk_registration_id', 'is not', null);
    await db.updateTable('bulk_csr').set({ next_attempt_at: new Date(0) }).where('state', '=', 'refused').execute();
    await db.updateTable('bulk_registration').set({ next_attempt_at: new Date(0) }).where('state', '<>', 'ended').execute();
    await until('nothing is under way', async () => ((await files().executeTakeFirst()) ?? (await units().executeTakeFirst()) ? undefined : true));
  }

  private change(operation: string): Promise<unknown> {
    return boto3(this.line.aws, EU, [{ service: 'iam', operation, arguments: { RoleName: 'lineside-provisioning', PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSIoTThingsRegistration' } }]);
  }
}
