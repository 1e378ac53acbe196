import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { SigningClock } from '../../platform/signing-clock.js';
import { AwsIotRefused } from '../aws-iot.errors.js';
import { mayControl } from '../targets/control-endpoint.js';
import { AwsIotClient } from './aws-iot.client.js';
import { type WayToAws, wayToAws } from './aws-iot-caller.js';
import { CallBudget } from './call-budget.js';
import type { Target } from '../targets/targets.schema.js';

/** One client per target, made when first needed. */
@Injectable()
export class AwsIotClients {
  private readonly clients = new Map<string, { client: AwsIotClient; settings: string }>();
  private readonly closing = new AbortController();
  private readonly way: WayToAws;

  constructor(
    @Inject(CallBudget) private readonly budget: CallBudget,
    private readonly clock: SigningClock,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.way = wayToAws(config.AWS_HTTPS_PROXY, this.closing.signal);
  }

  /** Aborted when the service stops: work under way is then given back, not failed. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  /** Refuses a target whose endpoint may not get our signatures, such as one that an older version let in. */
  for(target: Target): AwsIotClient {
    const { controlEndpoint, region } = target;
    if (controlEndpoint !== null && !mayControl(controlEndpoint, region, this.config.TARGET_CONTROL_HOSTS)) {
      throw new AwsIotRefused('ControlEndpointNotAllowed', `Nothing is sent to ${controlEndpoint}: it is neither AWS IoT in ${region}, nor this machine, nor a host of TARGET_CONTROL_HOSTS`);
    }
    const known = this.clients.get(target.name);
    const settings = settingsOf(target);
    if (known?.settings === settings) return known.client;
    const client = new AwsIotClient(target, this.budget, this.clock, this.way);
    this.clients.set(target.name, { client, settings });
    return client;
  }

  /** The next call starts with credentials read anew. Calls under way end as they would have. */
  forget(target: Pick<Target, 'name'>) {
    this.clients.delete(target.name);
  }

  /** Breaks off the calls under way. Whoever waits for them calls this first, since Nest closes a class before what it stands on. */
  close() {
    this.closing.abort(new Error('the service stops'));
    for (const { client } of this.clients.values()) client.close();
    this.clients.clear();
  }
}

/** A client is made anew when these have changed, by whichever process. */
function settingsOf({ accountId, region, profile, roleArn, externalId, sessionTags, controlEndpoint, quotaPercent }: Target): string {
  return JSON.stringify([accountId, region, profile, roleArn, externalId, sessionTags, controlEndpoint, quotaPercent]);
}
