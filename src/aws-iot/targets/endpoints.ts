import { Injectable } from '@nestjs/common';
import { amazonRoots } from './amazon-roots.js';
import { targetNotFound, targetNotReady } from '../aws-iot.errors.js';
import { TargetRepository } from './targets.repository.js';
import type { Target } from './targets.schema.js';

/** A target's endpoint never changes in AWS, so a station's answer need not ask the ledger each time. */
const KEPT_MS = 5_000;

/** Where the units of a target connect. `host` is the complete name, which they must send as SNI. */
export interface Endpoint {
  target: string;
  accountId: string;
  region: string;
  host: string;
  port: number;
  /** PEM: what devices must trust to know the host. */
  roots: string;
}

@Injectable()
export class Endpoints {
  private readonly kept = new Map<string, { endpoint: Endpoint; until: number }>();

  constructor(private readonly targets: TargetRepository) {}

  /**
   * In the given order.
   * @throws TargetNotFound, or TargetNotReady while AWS has not told the host name of one of them
   */
  async for(names: readonly string[]): Promise<Endpoint[]> {
    const now = Date.now();
    const stale = names.filter((name) => (this.kept.get(name)?.until ?? 0) <= now);
    const targets = new Map((await this.targets.among(stale)).map((target) => [target.name, target]));
    const unready = [...targets.values()].filter(({ mqttHost, deviceEndpoint }) => mqttHost === null && deviceEndpoint === null).map(({ name }) => name);
    if (unready.length > 0) throw targetNotReady(unready);
    return names.map((name) => {
      const target = targets.get(name);
      if (target) this.kept.set(name, { endpoint: endpointOf(target), until: now + KEPT_MS });
      const found = this.kept.get(name);
      if (!found) throw targetNotFound(name);
      return found.endpoint;
    });
  }
}

/** @throws TargetNotReady while AWS has not told the host name */
export function endpointOf({ name, accountId, region, mqttHost, deviceEndpoint, deviceRoots, mqttPort }: Target): Endpoint {
  const host = deviceEndpoint ?? mqttHost;
  if (host === null) throw targetNotReady([name]);
  return { target: name, accountId, region, host, port: mqttPort, roots: deviceRoots ?? amazonRoots() };
}
