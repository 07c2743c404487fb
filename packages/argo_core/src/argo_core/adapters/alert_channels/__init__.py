"""Ways to a person: PagerDuty, Slack, e-mail and Notion. Extras `http` and `alerts`."""
