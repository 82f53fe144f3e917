drop function app.enqueue, app.cancel_task, app.claim_tasks, app.complete_task, app.retry_task, app.next_task_at, app.task_counts,
    app.keep_deadline, app.due_deadlines, app.next_deadline_at, app.postpone_deadline;
drop schema queue cascade;
