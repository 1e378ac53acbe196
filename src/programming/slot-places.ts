import { Injectable, type OnModuleInit } from '@nestjs/common';
import { inClass } from '../platform/request-class.js';
import { AssignedWork } from '../stations/assigned-work.js';
import type { Station } from '../stations/station.repository.js';
import { assigneesOf, type QueuePlace } from './queue-place.js';
import { WaitingJobsQueries } from './waiting-jobs.queries.js';
import { WorkWakes } from './work-wakes.js';

/** How old what this process knows may be before it is asked for again, while claims go on by it, and before they wait for the answer; in milliseconds. */
const ASKED_AGAIN_AFTER_MS = 1_000;
const KNOWN_FOR_MS = 5_000;

/**
 * In which queues a slot's claim looks. To whom work is assigned at all is asked once a second for all claims, and again where the queues tell of some: the claim of any other slot looks in the pools
 * of its line alone.
 */
@Injectable()
export class SlotPlaces implements OnModuleInit {
  private known: { assignees: Promise<ReadonlySet<string>>; readAt: number } | undefined;
  private isAsking = false;

  constructor(
    private readonly waiting: WaitingJobsQueries,
    private readonly wakes: WorkWakes,
    private readonly work: AssignedWork,
  ) {}

  onModuleInit() {
    this.work.tellFrom(() => this.waiting.countAssigned());
    this.wakes.whenWorkComes(({ assignedTo }) => assignedTo !== '' && this.forget());
  }

  /** Where something is assigned to the slot or its station, in the order in which the slot gets it. */
  async assigned({ id, line }: Station, slot: string): Promise<QueuePlace[]> {
    const assignees = await this.read();
    return assignees.size === 0 ? [] : assigneesOf(id, slot).filter((assignee) => assignees.has(assignee)).map((assignedTo) => ({ line, step: '', assignedTo }));
  }

  /** Those of the steps that the station does, the last of the routes first. */
  async pools({ line, steps }: Station): Promise<QueuePlace[]> {
    return (await this.waiting.stepsOf(line)).filter((step) => steps.length === 0 || steps.includes(step)).map((step) => ({ line, step, assignedTo: '' }));
  }

  /** Something was assigned. */
  forget(): void {
    this.known = undefined;
  }

  private read(): Promise<ReadonlySet<string>> {
    const age = this.known === undefined ? Infinity : performance.now() - this.known.readAt;
    if (this.known === undefined || age > KNOWN_FOR_MS) return this.ask();
    if (age > ASKED_AGAIN_AFTER_MS && !this.isAsking) this.askBehind();
    return this.known.assignees;
  }

  private ask(): Promise<ReadonlySet<string>> {
    // Everybody waits for it, so it is not to wait for a connection of whoever happens to ask first.
    const assignees = inClass('station', () => this.waiting.assigned()).then((places) => new Set(places.map(({ assignedTo }) => assignedTo)));
    const asked = { assignees, readAt: performance.now() };
    this.known = asked;
    assignees.catch(() => {
      if (this.known === asked) this.known = undefined;
    });
    return assignees;
  }

  /** Claims go on by what is known meanwhile. */
  private askBehind(): void {
    const before = this.known;
    this.isAsking = true;
    const readAt = performance.now();
    inClass('station', () => this.waiting.assigned())
      .then((places) => {
        // Whoever has assigned something meanwhile has had it forgotten.
        if (this.known === before) this.known = { assignees: Promise.resolve(new Set(places.map(({ assignedTo }) => assignedTo))), readAt };
      })
      .catch(() => undefined)
      .finally(() => (this.isAsking = false));
  }
}
