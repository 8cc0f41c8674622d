import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiProblem } from '../../api/client.ts';
import type { FormDefinition, FormDraft } from '../../api/form-types.ts';
import { DraftSaver } from './draft-saver.ts';

const form = (title: string) => ({ title: { bg: title, en: title }, fields: [], boxes: [] }) as unknown as FormDefinition;

/** A server that keeps one draft as ours does: a save names the revision it started from. */
function makeServer(title: string) {
  const server = {
    stored: form(title),
    revision: 1,
    puts: 0,
    refusal: undefined as ApiProblem | undefined,
    draft: (): FormDraft => ({
      formId: 'frm_1',
      revision: server.revision,
      definition: server.stored,
      basedOn: null,
      updatedAt: null,
      updatedBy: null,
      isPublishable: true,
      findings: [],
    }),
    async put(revision: number, definition: FormDefinition) {
      server.puts += 1;
      if (server.refusal) throw server.refusal;
      if (revision !== server.revision) throw new ApiProblem(409, { code: 'draft-changed' }, undefined);
      server.stored = definition;
      server.revision += 1;
      return server.draft();
    },
    get: async () => server.draft(),
    somebodyElseSaves(other: string) {
      server.stored = form(other);
      server.revision += 1;
    },
  };

  return server;
}

describe('a draft that is saved while it is written', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is stored a moment after the last key, once for many', async () => {
    const server = makeServer('one');
    const saver = new DraftSaver(server, server.draft());
    for (const title of ['on', 'o', 'tw', 'two']) saver.change(form(title));
    expect(saver.snapshot().state).toBe('waiting');
    await vi.advanceTimersByTimeAsync(2000);
    expect(server.stored).toEqual(form('two'));
    expect(server.puts).toBe(1);
    expect(saver.snapshot()).toMatchObject({ state: 'saved', revision: 2 });
  });

  test('is stored to its last letter when the page is left at once', async () => {
    const server = makeServer('one');
    const saver = new DraftSaver(server, server.draft());
    saver.change(form('two'));
    const first = saver.flush();
    saver.change(form('three'));
    await first;
    expect(await saver.flush()).toBe(true);
    expect(server.stored).toEqual(form('three'));
  });

  test('stores nothing over the words of somebody else, and keeps both until a person has chosen', async () => {
    const server = makeServer('one');
    const saver = new DraftSaver(server, server.draft());
    server.somebodyElseSaves('theirs');
    saver.change(form('mine'));
    expect(await saver.flush()).toBe(false);
    expect(server.stored).toEqual(form('theirs'));
    expect(saver.snapshot()).toMatchObject({ state: 'conflict', definition: form('mine') });
    saver.change(form('mine, longer'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(server.stored).toEqual(form('theirs'));

    await saver.settle('mine');
    expect(server.stored).toEqual(form('mine, longer'));
    expect(saver.snapshot()).toMatchObject({ state: 'saved', aside: form('theirs') });
  });

  test('gives back what was not chosen', async () => {
    const server = makeServer('one');
    const saver = new DraftSaver(server, server.draft());
    server.somebodyElseSaves('theirs');
    saver.change(form('mine'));
    await saver.flush();
    await saver.settle('theirs');
    expect(saver.snapshot()).toMatchObject({ state: 'saved', definition: form('theirs'), aside: form('mine') });
    saver.bringBack();
    expect(await saver.flush()).toBe(true);
    expect(server.stored).toEqual(form('mine'));
    expect(saver.snapshot().aside).toEqual(form('theirs'));
  });

  test('asks nobody when both have written the same', async () => {
    const server = makeServer('one');
    const saver = new DraftSaver(server, server.draft());
    server.somebodyElseSaves('two');
    saver.change(form('two'));
    expect(await saver.flush()).toBe(true);
    expect(saver.snapshot()).toMatchObject({ state: 'saved', revision: 2, theirs: undefined });
  });

  test('tries again by itself after silence, and not after a refusal', async () => {
    const server = makeServer('one');
    const saver = new DraftSaver(server, server.draft());
    server.refusal = new ApiProblem(0, {}, undefined);
    saver.change(form('two'));
    await vi.advanceTimersByTimeAsync(2000);
    expect(saver.snapshot().state).toBe('failed');
    server.refusal = undefined;
    await vi.advanceTimersByTimeAsync(6000);
    expect(server.stored).toEqual(form('two'));

    server.refusal = new ApiProblem(422, { code: 'invalid-fields' }, undefined);
    saver.change(form('three'));
    await vi.advanceTimersByTimeAsync(2000);
    const { puts } = server;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.puts).toBe(puts);
    expect(saver.snapshot()).toMatchObject({ state: 'failed', definition: form('three') });
  });
});
