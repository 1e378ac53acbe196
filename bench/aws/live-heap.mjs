// Loaded into the worker with --import and --expose-gc: answers the message 'live-heap' with { liveHeap }, the MB of the heap that a full
// collection leaves. (Resident memory also grows by what V8 has not collected yet.)
process.on('message', (message) => {
  if (message !== 'live-heap') return;
  globalThis.gc();
  process.send({ liveHeap: process.memoryUsage().heapUsed / 1_048_576 });
});
