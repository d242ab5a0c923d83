import { css } from "lit";

/** The colour of each sign; an icon and a word always stand beside it. */
export const signs = css`
  .sign {
    display: inline-flex;
    flex: none;
    color: var(--border);
  }
  .sign svg {
    inline-size: 18px;
    block-size: 18px;
  }
  .sign.wait {
    color: var(--wait);
  }
  .sign.say {
    color: var(--say);
  }
  .sign.ask {
    color: var(--ask);
  }
  .sign.risk {
    color: var(--risk);
  }
  .sign.good {
    color: var(--good);
  }
`;
