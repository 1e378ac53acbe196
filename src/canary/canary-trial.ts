import { Inject, Injectable } from '@nestjs/common';
import { AwsIotError } from '../aws-iot/aws-iot.errors.js';
import { AwsIotClients } from '../aws-iot/clients/aws-iot-clients.js';
import type { CanaryTopics } from '../aws-iot/methods/provisioning-method.js';
import { UnitSteps } from '../aws-iot/methods/unit-steps.js';
import { isAwsIot } from '../aws-iot/targets/control-endpoint.js';
import type { Endpoint } from '../aws-iot/targets/endpoints.js';
import { TargetRepository } from '../aws-iot/targets/targets.repository.js';
import type { Target } from '../aws-iot/targets/targets.schema.js';
import { CertificatePlaces } from '../aws-iot/units/certificate-places.repository.js';
import { CONFIG, type Config } from '../config/config.js';
import type { CheckResult } from '../device-connection/check-result.js';
import { checkConnections, type Connections } from '../device-connection/connection-checks.js';
import type { EndpointWay, LoadedUnit } from '../device-connection/loaded-unit.js';
import type { CanaryResult, CanaryStep } from './canary.tables.js';

/** AWS takes one CONNECT a second from a client id. */
const CONNECT_EVERY_MS = 1_000;
/** MQTT where it shares a port: 443 at AWS (AWS IoT developer guide, "Device communication protocols"). A sandbox has one port for all. */
const OVER_443 = { port: 443, alpn: 'x-amzn-mqtt-ca' };

/** A canary as its device would be: what it was loaded with, private key included. */
export interface LoadedCanary {
  unit: LoadedUnit;
  certificateId: string;
  topics: CanaryTopics;
  over443: boolean;
  /** Its method registers units without their connecting. */
  isRegistered: boolean;
}

interface Failure {
  step: CanaryStep;
  problem: string;
  remedy: string;
}

/** One canary in one target: it connects as its device would, and AWS is asked what stands there of it. */
@Injectable()
export class CanaryTrial {
  constructor(
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
    private readonly steps: UnitSteps,
    private readonly places: CertificatePlaces,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Rejects only when it is broken off. */
  async in(endpoint: Endpoint, canary: LoadedCanary, signal: AbortSignal): Promise<CanaryResult> {
    const target = await this.targets.get(endpoint.target);
    const terms = { ...canary.topics, patienceMs: this.config.CANARY_PATIENCE_MS, connectEveryMs: CONNECT_EVERY_MS, isFirst: undefined, isRegistered: canary.isRegistered, signal };
    const connections = await checkConnections(canary.unit, wayTo(endpoint, target, canary.over443), terms);
    const failure = await this.failureOf(target, canary, connections).catch((error: unknown) => {
      signal.throwIfAborted();
      if (!(error instanceof AwsIotError)) throw error;
      const { problem, remedy } = connectionFailure(connections) ?? { problem: '', remedy: '' };
      return { step: 'look' as const, problem: `${problem === '' ? '' : `${problem}. `}AWS can't be asked: ${error.message}`, remedy: `See that the service reaches AWS and may look there, then run the canary again. ${remedy}`.trim() };
    });
    const checks = connections.results.map(({ check, state, finding }) => ({ check, state, finding }));
    return { target: target.name, passed: failure === undefined, ...(failure ?? { step: null, problem: null, remedy: null }), checks };
  }

  private async failureOf(target: Target, canary: LoadedCanary, connections: Connections): Promise<Failure | undefined> {
    const { unit: { thingName }, certificateId } = canary;
    const missing = await this.steps.missing(target, { serial: thingName, certificateId });
    const connection = connectionFailure(connections);
    if (connections.refusal === undefined) {
      if (connection) return connection;
      return missing === null ? undefined : { step: 'look', problem: `It was let in, but ${missing}`, remedy: 'See who changes certificates, Things and policies in that account besides the service.' };
    }
    if (connections.refusal === 'untrusted' && connection) return { ...connection, remedy: 'Let the target name the roots of its devices’ endpoint (deviceRoots); AWS’s own endpoints need none.' };
    if (connections.refusal !== 'dropped' || !connection) return connection;
    if (missing === null) {
      return {
        step: 'policy', problem: `${connection.problem}. Its certificate is ACTIVE there, with Thing and policy, so that the policy does not permit it to connect`,
        remedy: `Let the policy of the order's devices permit iot:Connect to client/\${iot:Connection.Thing.ThingName}, where its parameters name a policy; otherwise see what was changed in AWS.`,
      };
    }
    return this.provisioningFailure(target, canary, `${connection.problem}. In AWS ${missing}`, connection.remedy);
  }

  private async provisioningFailure(target: Target, { certificateId }: LoadedCanary, problem: string, remedy: string): Promise<Failure> {
    const status = (await this.clients.for(target).certificates.find(certificateId))?.status;
    const detail = (await this.places.of(certificateId)).find((place) => place.target === target.name)?.detail ?? null;
    const whole = detail === null ? problem : `${problem} (${detail})`;
    if (status !== 'PENDING_ACTIVATION') return { step: 'provision', problem: whole, remedy };
    return {
      step: 'provision', problem: whole,
      remedy: `AWS has met the device and not finished it. Give the role ${target.provisioningRoleArn} what AWS needs to provision (AWSIoTThingsRegistration), and see that what the order's parameters name is there; CloudTrail says what was refused, the sandbox GET /_sandbox/provisioning-failures.`,
    };
  }
}

/** A control endpoint that is not AWS's own is a sandbox's, whose devices' endpoint is on the same machine. */
function wayTo({ host, port, roots }: Endpoint, { controlEndpoint, region }: Target, over443: boolean): EndpointWay {
  if (controlEndpoint === null || isAwsIot(controlEndpoint, region)) return { host, connectTo: host, port, roots, ...(over443 ? OVER_443 : {}) };
  return { host, connectTo: new URL(controlEndpoint).hostname, port, roots, ...(over443 ? { alpn: OVER_443.alpn } : {}) };
}

function connectionFailure({ results, refusal }: Connections): Failure | undefined {
  const failed = results.find((result): result is CheckResult & { remedy: string } => result.state === 'failed');
  return failed && { step: refusal === undefined ? 'policy' : 'connect', problem: failed.finding, remedy: failed.remedy };
}
