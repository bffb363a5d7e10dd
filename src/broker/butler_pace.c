/*  butler_pace.c - how many requests a worker is given at a time, where more would only wait at it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_pace.h"

#define WINDOW 10                   //  ms at least
#define ANSWERS 8                   //  at least
#define STEP 4                      //  times as many are tried next
#define WORTH 2                     //  where so many times the answers have come of it
#define SLOW 500                    //  ms; who takes longer for one request has no use for more
#define HOLD 10000                  //  ms at least
#define SHARE 400                   //  times as long it is not tried again
#define SOON 1000                   //  ms before an unexpected rate is believed
#define RATE INT64_C (1000000)      //  ms that rates are answers in

enum { FREE, DRAINING, SINGLE, RISING, HOLDING };

void
butler_pace_init (butler_pace_t *self, uint32_t threads, uint32_t capacity)
{
    *self = (butler_pace_t) {
        .threads = threads, .capacity = capacity, .limit = capacity, .phase = FREE, .since = -1
    };
}

static void
s_enter (butler_pace_t *self, uint8_t phase, int64_t limit, int64_t now)
{
    self->phase = phase;
    self->limit = limit < self->threads? self->threads
                : limit > self->capacity? self->capacity: (uint32_t) limit;
    self->began = now;
    self->since = -1;
}

//  What it has proved to make use of, a quarter more, and what it does in a tenth of a millisecond: quick
//  handlers are served in batches
static void
s_hold (butler_pace_t *self, int64_t rate, int64_t now)
{
    const int64_t tried = (now - self->began) * SHARE;
    self->rate = rate;
    self->until = now + (tried > HOLD? tried: HOLD);
    s_enter (self, HOLDING, 5 * self->threads * rate / self->base / 4 + rate / (10 * RATE), now);
}

//  With a request for each thread it answers so many; does it with more?
static void
s_try_more (butler_pace_t *self, int64_t rate, int64_t now)
{
    self->base = self->rate = rate;
    s_enter (self, RISING, (int64_t) self->limit * STEP, now);
    if (self->threads * RATE / rate > SLOW)
        s_hold (self, rate, now);
}

static void
s_try_again (butler_pace_t *self, int64_t rate, int64_t now)
{
    const int64_t before = self->rate, began = self->began;
    if (rate < WORTH * before || self->limit == self->capacity) {
        s_hold (self, rate > before? rate: before, now);
        return;
    }
    self->rate = rate;
    s_enter (self, RISING, (int64_t) self->limit * STEP, now);
    self->began = began;
}

//  A window is over
static void
s_learn (butler_pace_t *self, int64_t rate, int64_t now)
{
    const bool odd = rate > 2 * self->rate || 2 * rate < self->rate;
    self->since = -1;
    if (self->phase == SINGLE)
        s_try_more (self, rate, now);
    else
    if (self->phase == RISING)
        s_try_again (self, rate, now);
    else
    if (now >= self->until || (odd && now - self->began >= SOON))
        s_enter (self, DRAINING, self->threads, now);
}

static void
s_count (butler_pace_t *self, int64_t now)
{
    if (self->since == -1) {
        self->since = now;
        self->answered = 0;
        return;
    }
    self->answered++;
    const int64_t took = now - self->since;
    const uint32_t answers = self->phase == FREE? ANSWERS: 2 * self->limit;
    if (took < WINDOW || self->answered < ANSWERS || self->answered < answers)
        return;
    const int64_t rate = self->answered * RATE / took;
    s_learn (self, rate? rate: 1, now);
}

bool
butler_pace_answered (butler_pace_t *self, uint32_t holds, int64_t now)
{
    const uint32_t limit = self->limit;
    if (self->phase == DRAINING && holds < self->limit)
        s_enter (self, SINGLE, self->limit, now);
    if (self->phase != DRAINING)
        s_count (self, now);
    return self->limit != limit;
}
