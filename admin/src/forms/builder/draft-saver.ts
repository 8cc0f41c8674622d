import { ApiProblem } from '../../api/client.ts';
import type { FormDefinition, FormDraft } from '../../api/form-types.ts';

export type SavingState = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict';

export interface SavedDraft {
  definition: FormDefinition;
  revision: number;
  state: SavingState;
  savedAt: Date | undefined;
  problem: unknown;
  /** What somebody else saved meanwhile; there while the two have to be chosen between. */
  theirs: FormDraft | undefined;
  /** The wording that was not chosen, or was discarded: kept so that nothing typed is lost. */
  aside: FormDefinition | undefined;
}

interface Server {
  put(revision: number, definition: FormDefinition): Promise<FormDraft>;
  get(): Promise<FormDraft>;
}

const SAVE_AFTER_MS = 900;
const TRY_AGAIN_AFTER_MS = 5000;

/**
 * Saves a draft while it is being written: one request at a time, each naming the revision it started from. When somebody
 * else was quicker, nothing is stored and nothing forgotten until a person has chosen (the server answers 409).
 */
export class DraftSaver {
  #now: SavedDraft;
  #stored: string;
  #running: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #server: Server;

  constructor(server: Server, draft: FormDraft) {
    this.#server = server;
    this.#stored = JSON.stringify(draft.definition);
    this.#now = {
      definition: draft.definition,
      revision: draft.revision,
      state: 'saved',
      savedAt: undefined,
      problem: undefined,
      theirs: undefined,
      aside: undefined,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);

    return () => this.#listeners.delete(listener);
  };
  readonly snapshot = (): SavedDraft => this.#now;

  get isStored(): boolean {
    return JSON.stringify(this.#now.definition) === this.#stored;
  }

  change(definition: FormDefinition): void {
    this.#set({ definition });
    if (this.#now.state === 'conflict') return;
    if (this.isStored && !this.#running) {
      clearTimeout(this.#timer);
      this.#set({ state: 'saved', problem: undefined });
      return;
    }
    if (this.#now.state !== 'saving') this.#set({ state: 'waiting' });
    this.#saveIn(SAVE_AFTER_MS);
  }

  /** @returns whether everything written so far is stored now */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    while (this.#running) await this.#running;
    if (this.#now.state === 'conflict') return false;
    if (this.isStored) return true;
    this.#running = this.#save().finally(() => {
      this.#running = undefined;
    });
    await this.#running;

    return this.isStored;
  }

  /** The choice between two wordings; the other one is laid aside. */
  async settle(choice: 'mine' | 'theirs'): Promise<void> {
    const { theirs, definition } = this.#now;
    if (!theirs) return;
    this.#stored = JSON.stringify(theirs.definition);
    const chosen = choice === 'mine' ? definition : theirs.definition;
    const aside = choice === 'mine' ? theirs.definition : definition;
    this.#set({ definition: chosen, revision: theirs.revision, state: 'saved', theirs: undefined, problem: undefined, aside });
    this.change(chosen);
    await this.flush();
  }

  /** What the server holds now becomes what is written on; what was on the screen is laid aside when asked for. */
  adopt(draft: FormDraft, layAside = false): void {
    clearTimeout(this.#timer);
    const aside = layAside ? this.#now.definition : this.#now.aside;
    this.#stored = JSON.stringify(draft.definition);
    const { definition, revision } = draft;
    this.#set({ definition, revision, state: 'saved', problem: undefined, theirs: undefined, aside });
  }

  bringBack(): void {
    const { aside, definition } = this.#now;
    if (!aside) return;
    this.#set({ aside: definition });
    this.change(aside);
  }

  forgetAside(): void {
    this.#set({ aside: undefined });
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #save(): Promise<void> {
    const { definition, revision } = this.#now;
    this.#set({ state: 'saving' });
    try {
      const draft = await this.#server.put(revision, definition);
      this.#stored = JSON.stringify(definition);
      this.#set({
        revision: draft.revision,
        problem: undefined,
        savedAt: new Date(),
        state: this.isStored ? 'saved' : 'waiting',
      });
      if (!this.isStored) this.#saveIn(SAVE_AFTER_MS);
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.code === 'draft-changed') return this.#meetOther(problem);
      this.#set({ state: 'failed', problem });
      // What was refused stays refused until it is changed; silence may end by itself.
      if (!(problem instanceof ApiProblem) || problem.status === 0 || problem.status >= 500) this.#saveIn(TRY_AGAIN_AFTER_MS);
    }
  }

  async #meetOther(problem: ApiProblem): Promise<void> {
    try {
      const theirs = await this.#server.get();
      if (JSON.stringify(theirs.definition) === JSON.stringify(this.#now.definition)) this.adopt(theirs);
      else this.#set({ state: 'conflict', theirs, problem: undefined });
    } catch {
      this.#set({ state: 'failed', problem });
      this.#saveIn(TRY_AGAIN_AFTER_MS);
    }
  }

  #saveIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  #set(changed: Partial<SavedDraft>): void {
    this.#now = { ...this.#now, ...changed };
    for (const listener of this.#listeners) listener();
  }
}
