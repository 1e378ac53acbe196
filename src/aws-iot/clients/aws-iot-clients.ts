import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { SigningClock } from '../../platform/signing-clock.js';
import { AwsIotRefused, type AwsIotUnavailable } from '../aws-iot.errors.js';
import { mayControl } from '../targets/control-endpoint.js';
import { AwsIotClient } from './aws-iot.client.js';
import { type WayToAws, wayToAws } from './aws-iot-caller.js';
import { CallBudget } from './call-budget.js';
import { TargetSilence } from './target-silence.js';
import type { Target } from '../targets/targets.schema.js';

/** What this process has of one target. `client`: undefined while its credentials are to be read anew. */
interface Known {
  client: AwsIotClient | undefined;
  settings: string;
  silence: TargetSilence;
}

/** One client per target, made when first needed. */
@Injectable()
export class AwsIotClients {
  private readonly known = new Map<string, Known>();
  private readonly listeners: ((target: string) => void)[] = [];
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
    const known = this.knownOf(target);
    return (known.client ??= new AwsIotClient(target, this.budget, this.clock, this.way, known.silence));
  }

  /** Why background work is to ask nothing in the target now: it has kept others waiting in vain (`target-silence.ts`). Undefined when it may. */
  keepsWaiting(target: string): AwsIotUnavailable | undefined {
    return this.known.get(target)?.silence.keepsWaiting;
  }

  /** While the service is put together: `listener` is told each target that has kept others waiting and does no more. */
  whenAnswered(listener: (target: string) => void): void {
    this.listeners.push(listener);
  }

  /** The next call starts with credentials read anew. Calls under way end as they would have. */
  forget(target: Pick<Target, 'name'>) {
    const known = this.known.get(target.name);
    if (known) known.client = undefined;
  }

  /** Breaks off the calls under way. Whoever waits for them calls this first, since Nest closes a class before what it stands on. */
  close() {
    this.closing.abort(new Error('the service stops'));
    for (const { client } of this.known.values()) client?.close();
    this.known.clear();
  }

  private knownOf({ name, ...target }: Target): Known {
    const settings = settingsOf(target);
    const known = this.known.get(name);
    if (known?.settings === settings) return known;
    const silence = new TargetSilence(() => this.listeners.forEach((listener) => listener(name)));
    const anew = { client: undefined, settings, silence };
    this.known.set(name, anew);
    return anew;
  }
}

/** A client is made anew when these have changed, by whichever process. */
function settingsOf({ accountId, region, profile, roleArn, externalId, sessionTags, controlEndpoint, quotaPercent }: Omit<Target, 'name'>): string {
  return JSON.stringify([accountId, region, profile, roleArn, externalId, sessionTags, controlEndpoint, quotaPercent]);
}
