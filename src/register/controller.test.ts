import { describe, expect, test } from 'vitest';
import { headerText } from '#platform/mail/mail-address.ts';
import { useStore } from '#test/support/factories.ts';
import { controllerDetails, findController, saveController } from './controller.ts';

const store = useStore();
const rose = {
  name: 'Роза ООД',
  registrationNumber: '123456789',
  address: 'ул. Шипка 5, 1000 София',
  email: 'office@роза.бг',
  phone: '+359 2 123 4567',
  dpoName: 'Мария Георгиева',
  dpoEmail: 'dpo@example.bg',
};

describe('The controller', () => {
  test('is unknown until it is saved, and there is never more than one', async () => {
    expect(await findController(store.db)).toBeUndefined();
    await store.write((tx) => saveController(tx, controllerDetails.parse(rose)));
    expect(await findController(store.db)).toEqual({ ...rose, country: 'BG', timeZone: 'Europe/Sofia', defaultLanguage: 'bg' });
    await store.write((tx) =>
      saveController(tx, controllerDetails.parse({ ...rose, name: 'Роза АД', dpoName: null, dpoEmail: null })),
    );
    expect(await findController(store.db)).toMatchObject({ name: 'Роза АД', dpoName: null, dpoEmail: null });
    await expect(
      store.app(`insert into controller (only_one, name, address, email) values (false, 'a', 'b', 'c')`),
    ).rejects.toMatchObject({ code: '23514' });
  });

  test('has a name that can stand in the From line of a message', () => {
    const { name } = controllerDetails.parse({ ...rose, name: 'Роза\t\r\nООД\u2028' });
    expect(headerText(name)).toBe('Роза ООД');
  });

  test.each([
    ['no name', { name: ' ' }],
    ['no address', { address: '' }],
    ['an e-mail address that is none', { email: 'office' }],
    ['an e-mail address no message can leave from', { email: 'office@firma' }],
    ['a list of e-mail addresses', { email: 'office,info@example.bg' }],
    ['a country that is no code', { country: 'Bulgaria' }],
    ['a time zone that does not exist', { timeZone: 'Europe/Plovdiv' }],
    ['a language we do not speak', { defaultLanguage: 'tlh' }],
  ])('with %s is not accepted', (_, wrong) => {
    expect(controllerDetails.safeParse({ ...rose, ...wrong }).success).toBe(false);
  });
});
