import type { Locator, Page } from 'playwright-core';

/** The chat page as a person sees it: the one place that knows how its parts are found. */
export class ChatDriver {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get input(): Locator {
    return this.page.getByRole('textbox', { name: 'Message', exact: true });
  }

  get answers(): Locator {
    return this.page.getByRole('article', { name: 'Answer', exact: true });
  }

  get questions(): Locator {
    return this.page.getByRole('article', { name: 'You', exact: true });
  }

  get lastAnswer(): Locator {
    return this.answers.last();
  }

  get rows(): Locator {
    return this.page.getByRole('navigation', { name: 'Conversations' }).getByRole('link');
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.input.waitFor();
  }

  /** Begins another conversation, and waits until it is shown. */
  async begin(): Promise<void> {
    await this.button('New chat').click();
    await this.page.getByRole('heading', { name: 'What shall we talk about?' }).waitFor();
  }

  async send(text: string): Promise<void> {
    await this.input.fill(text);
    await this.input.press('Enter');
  }

  /** Sends and waits until the answer is whole. */
  async ask(text: string): Promise<string> {
    const before = await this.answers.count();
    await this.send(text);
    await this.answers.nth(before).waitFor();
    return this.whole();
  }

  /** Waits until the last answer is whole and gives its text. */
  async whole(): Promise<string> {
    await this.page.locator('article[aria-label="Answer"][aria-busy="false"]').last().waitFor();
    await this.page.locator('article[aria-label="Answer"][aria-busy="true"]').waitFor({ state: 'detached' });
    return (await this.lastAnswer.textContent()) ?? '';
  }

  async choose(menu: string | RegExp, item: string | RegExp): Promise<void> {
    await this.button(menu).click();
    await this.page.locator('[role^="menuitem"]').filter({ hasText: item }).click();
  }
}
