import { ApiKeyRepository } from '../../../src/access/api-key.repository.js';
import { newCsr } from '../../sandbox/support/fleet-device.js';
import type { Line } from './line.js';

/** A station with one slot on the line L1. */
export class Station {
  private constructor(
    private readonly line: Line,
    private readonly key: string,
  ) {}

  static async on(line: Line, id: string): Promise<Station> {
    await line.call('manager', 'POST', '/v1/stations', { id, line: 'L1', slots: ['1'] });
    return new Station(line, (await line.app.get(ApiKeyRepository, { strict: false }).create('test', 'station', id, id)).key);
  }

  async post(url: string, payload: object): Promise<{ status: number; body: any }> {
    const answer = await this.line.app.inject({ method: 'POST', url, headers: { authorization: `Bearer ${this.key}` }, payload });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  }

  /** The answer to an offline spool of one result. */
  async spool(result: object): Promise<any> {
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/x-ndjson' };
    return (await this.line.app.inject({ method: 'POST', url: '/v1/results/batch', headers, payload: JSON.stringify(result) })).json();
  }

  /** The unit in its slot, with a key of the device's. */
  async claim(serial: string, { csr } = newCsr()) {
    const { status, body } = await this.post('/v1/station/claims', { slot: '1', serial });
    if (status !== 200) throw new Error(`claim: ${status} ${JSON.stringify(body)}`);
    const { job, lease: { fence } } = body;
    const about = (what: string, more: object = {}) => this.post(`/v1/jobs/${job.id}/${what}`, { fence, ...more });
    return {
      identity: () => about('certificate', { csr }),
      directive: async () => (await about('heartbeat')).body.directive as string,
      release: () => about('release'),
      result: (outcome: 'PASS' | 'ERROR') => about('result', { outcome }),
      spooled: (outcome: 'PASS') => this.spool({ job: job.id, fence, outcome }),
    };
  }

  /** The unit is handed over, given back, runs into an error, and is back in the slot; what the station was told each time. */
  async handOverTwice(serial: string) {
    const device = newCsr();
    const first = await this.claim(serial, device);
    const identity = (await first.identity()).status;
    const told = [await first.directive()];
    await first.release();
    const second = await this.claim(serial, device);
    told.push(await second.directive());
    await second.result('ERROR');
    const last = await this.claim(serial, device);
    told.push(await last.directive());
    return { identity, told, last };
  }
}
