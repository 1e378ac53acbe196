/**
 * Under a launcher (an IPC channel is there): says that the program is ready, and stops when the launcher is gone,
 * however it went. Without one this does nothing.
 */
export function followLauncher(stop: () => Promise<void>, ready: object) {
  if (!process.send) return;
  process.send(ready);
  process.once('disconnect', () => {
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
