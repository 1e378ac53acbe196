import { DescribeBillingGroupCommand, DescribeThingGroupCommand, DescribeThingTypeCommand } from '@aws-sdk/client-iot';
import type { AwsIotCaller } from './aws-iot-caller.js';

/** Thing types, thing groups and billing groups in one target; they are the customer's own. */
export class GroupingsClient {
  constructor(private readonly caller: AwsIotCaller) {}

  /** One that is deprecated takes no new Things, so it counts for nothing. */
  async hasThingType(thingTypeName: string): Promise<boolean> {
    const found = await this.caller.find('DescribeThingType', (iot, options) => iot.send(new DescribeThingTypeCommand({ thingTypeName }), options));
    return found !== undefined && found.thingTypeMetadata?.deprecated !== true;
  }

  async hasThingGroup(thingGroupName: string): Promise<boolean> {
    return (await this.caller.find('DescribeThingGroup', (iot, options) => iot.send(new DescribeThingGroupCommand({ thingGroupName }), options))) !== undefined;
  }

  async hasBillingGroup(billingGroupName: string): Promise<boolean> {
    return (await this.caller.find('DescribeBillingGroup', (iot, options) => iot.send(new DescribeBillingGroupCommand({ billingGroupName }), options))) !== undefined;
  }
}
