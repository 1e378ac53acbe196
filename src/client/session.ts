import { ApiClient, type Conduct } from './api-client.js';
import type { ServiceAddress } from './service-call.js';
import { answer, type SessionBegun } from './station-answers.js';

/** What a program says of itself. */
export interface SessionSettings extends ServiceAddress, Pick<Conduct, 'patienceMs' | 'signal' | 'onAttempt'> {
  /** The station's API key; without it, `client` holds its certificate. */
  key?: string | undefined;
  software: string;
  version: string;
  /** An id that the program keeps on its disk: after a restart it is let in at once, from whichever address. */
  installation?: string;
  fixture?: string;
  /** Those that it works with. */
  slots?: readonly string[];
}

/**
 * A program's session as a station, which all its slots share: while it lives, another program is refused as this station, and one that has taken the
 * station over ends it. One that was ended is begun anew with the next claim, which the service refuses while the other program works.
 */
export class Session {
  private readonly api: ApiClient;
  private begun: Promise<SessionBegun> | undefined;
  private id: string | undefined;

  constructor(private readonly settings: SessionSettings) {
    const { key, patienceMs, signal, onAttempt } = settings;
    this.api = new ApiClient(settings, key, { patienceMs, signal, onAttempt, headers: () => this.headers() });
  }

  /** Begins it where it is not begun. Throws ApiProblem or ServiceUnreachable. */
  begin(): Promise<SessionBegun> {
    this.begun ??= this.announce();
    this.begun.catch(() => (this.begun = undefined));
    return this.begun;
  }

  /** Of each call of the station. */
  headers(): Record<string, string> {
    return this.id === undefined ? {} : { 'lineside-session': this.id };
  }

  /** The service has said that the session of these headers is over. */
  end({ 'lineside-session': ended }: Record<string, string>): void {
    if (ended === undefined || ended !== this.id) return;
    this.id = undefined;
    this.begun = undefined;
  }

  private async announce(): Promise<SessionBegun> {
    const { software, version, installation, fixture, slots } = this.settings;
    const body = { software, version, stationTime: new Date().toISOString(), ...(installation && { installation }), ...(fixture && { fixture }), ...(slots && { slots }) };
    const begun = await this.api.post('/v1/station/session', body, answer<SessionBegun>(), { idempotencyKey: null });
    this.id = begun.session;
    return begun;
  }
}
