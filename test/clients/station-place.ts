import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';
import { stationGate } from './station-gate.js';

/** Where station programs are tried: a service, and the network between. */
export interface StationPlace {
  bench: ServiceBench;
  gate: Awaited<ReturnType<typeof stationGate>>;
  /** Each test's own, with the station's API key in `station.key`. */
  folder: string;
  /** Programs of the present test, which end with it. */
  running: Set<ChildProcess>;
}

/** Sets the place up for the spec that calls it, with these settings of the service. */
export function stationPlace(settings: Record<string, string>): StationPlace {
  const place = { running: new Set() } as unknown as StationPlace;
  beforeAll(async () => {
    place.bench = await serviceBench(settings);
    await place.bench.app.listen(0, '127.0.0.1');
    place.gate = await stationGate(await place.bench.app.getUrl());
  });
  beforeEach(() => {
    place.folder = mkdtempSync(join(tmpdir(), 'lineside-station-'));
    writeFileSync(join(place.folder, 'station.key'), `${place.bench.keys.station}\n`, { mode: 0o600 });
    place.gate.meddle(() => undefined);
  });
  afterEach(async () => {
    for (const child of place.running) child.kill('SIGKILL');
    place.running.clear();
    rmSync(place.folder, { recursive: true });
    await place.bench.clearSlots();
  });
  afterAll(async () => {
    await place.gate.close();
    await place.bench.close();
  });
  return place;
}
