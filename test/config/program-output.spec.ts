import { LossyOutput } from '../../src/config/program-output.js';

/** A file that takes so many octets, and more once there is room. */
class Disk {
  text = '';
  constructor(public room: number) {}
  readonly write = (_fd: number, bytes: Buffer): number => {
    const taken = bytes.subarray(0, Math.max(0, this.room - this.text.length));
    if (taken.length === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    this.text += taken.toString();
    return taken.length;
  };
}

it('loses and counts what does not fit, and writes again when there is room', () => {
  const disk = new Disk(12);
  const output = new LossyOutput(1, disk.write);
  output.put('first line\n');
  output.put('second line\n');
  output.put(Buffer.from('third line\n'));
  expect([output.lostLines, disk.text]).toEqual([2, 'first line\ns']);
  disk.room = 10_000;
  output.put('fourth line\n');
  output.put('fifth line\n');
  const [, torn, note, ...rest] = disk.text.split('\n');
  expect(torn).toBe('s');
  expect(JSON.parse(note!)).toEqual({ time: expect.any(String), event: 'log.lost', lines: 2 });
  expect(rest).toEqual(['fourth line', 'fifth line', '']);
  expect(output.lostLines).toBe(2);
});
