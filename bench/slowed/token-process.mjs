// A program of its own, because an HSM has its own processor: `p11-kit server` before the token of a bench, and a way to it
// that makes one signature at a time last so long. Messages in: { signMs }, 'times'; out: 'ready', { gapsMs, lateMs }.
import { execFileSync } from 'node:child_process';
import { NetworkWay, startP11KitServer } from '../../test/hsm/network-way.mjs';

const { FOLDER, HSM_MODULE, SOFTHSM2_CONF } = process.env;
try {
  // Where it may (root), it does not stand in line behind those who use it. Real time, because a nice value counts only
  // within a session of processes (sched(7), autogroup). p11-kit inherits it.
  execFileSync('chrt', ['--fifo', '--pid', '1', String(process.pid)], { stdio: 'ignore' });
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
