// A program of its own, because an HSM has its own processor: `p11-kit server` before the token of a bench, and a way to it
// that makes one signature at a time last so long. Messages in: { signMs }, 'times'; out: 'ready', { gapsMs, lateMs }.
import { setPriority } from 'node:os';
import { NetworkWay, startP11KitServer } from '../../test/hsm/network-way.mjs';

const { FOLDER, HSM_MODULE, SOFTHSM2_CONF } = process.env;
try {
  // Where it may (root), it does not stand in line behind those who use it.
  setPriority(-15);
} catch {
  // Then 'late' says what that cost.
}
const server = await startP11KitServer({ path: `${FOLDER}/p11-hsm`, module: HSM_MODULE, conf: SOFTHSM2_CONF });
const way = new NetworkWay(`${FOLDER}/p11-hsm`);
await way.listen(`${FOLDER}/p11-way`);
process.on('message', (message) => {
  if (message === 'times') process.send(way.takeTimes());
  else way.signMs = message.signMs;
});
// Ctrl-C reaches the whole process group; the parent says when it is over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.on('disconnect', () => {
  process.kill(-server.pid, 'SIGKILL');
  process.exit();
});
process.send('ready');
