/*  butler_pace.c - how many requests a worker is given at a time, where more would only wait at it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_pace.h"

#define WINDOW 20                   //  ms at least
#define ANSWERS 8                   //  at least
#define STEP 4                      //  times as many are tried next
#define WORTH 2                     //  where so many times the answers have come of it
#define TRIES 2                     //  windows in which they may: another program may have had the processor
#define LONG 2000                   //  ms; in a window that takes so long half as many answers do
#define QUICK 20                    //  answers in a millisecond; who is as quick may hold those of two
#define HOLD 10000                  //  ms at least
#define SHARE 400                   //  times as long as it was tried
#define SOON 1000                   //  ms before an unexpected rate is believed,
#define ODD 10                      //  and windows,
#define HALF 500                    //  ms; a window that takes longer counts for as many more
#define STUCK 3000                  //  ms without an answer
#define FREEDOM 60000               //  ms that it is given all of its capacity then, and twice as long each time,
#define DOUBLED 6                   //  so many times
#define RATE INT64_C (1000000)      //  ms that rates are answers in

enum { FREE, DRAINING, SINGLE, RISING, HOLDING };

void
butler_pace_init (butler_pace_t *self, uint32_t threads, uint32_t capacity)
{
    *self = (butler_pace_t) {
        .threads = threads, .capacity = capacity, .limit = capacity, .phase = FREE, .since = -1, .stuck = -1
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
    self->tries = 0;
}

//  Short waits are not worth what is lost without batches
static int64_t
s_quick (int64_t rate)
{
    return rate >= QUICK * RATE? 2 * rate / RATE: 0;
}

//  What it has proved to make use of, and a quarter more
static void
s_hold (butler_pace_t *self, int64_t rate, int64_t now)
{
    const int64_t tried = (now - self->began) * SHARE, used = 5 * self->threads * rate / self->base / 4;
    self->rate = rate;
    self->until = now + (tried > HOLD? tried: HOLD);
    s_enter (self, HOLDING, used > s_quick (rate)? used: s_quick (rate), now);
}

//  With what it is given now it answers so many; does it with more?
static void
s_try_more (butler_pace_t *self, int64_t rate, int64_t now)
{
    const int64_t base = self->threads * rate / self->limit;
    self->base = base? base: 1;
    self->rate = rate;
    s_enter (self, RISING, (int64_t) self->limit * STEP, now);
}

static void
s_try_again (butler_pace_t *self, int64_t rate, int64_t now)
{
    const int64_t before = self->rate, began = self->began;
    if (rate >= WORTH * before && self->limit < self->capacity) {
        self->rate = rate;
        s_enter (self, RISING, (int64_t) self->limit * STEP, now);
        self->began = began;
    }
    else
    if (++self->tries == TRIES || self->limit == self->capacity)
        s_hold (self, rate > before? rate: before, now);
}

//  It is given all, for a good while
static void
s_free (butler_pace_t *self, int64_t now)
{
    s_enter (self, FREE, self->capacity, now);
    self->until = now + ((int64_t) FREEDOM << self->freed);
    if (self->freed < DOUBLED)
        self->freed++;
}

//  It goes on as was found out, unless it is much quicker or slower now: one that is slower may be given too few.
//  One that makes use of all is left alone.
static void
s_go_on (butler_pace_t *self, int64_t rate, int64_t took, int64_t now)
{
    const int64_t quick = s_quick (rate);
    if (quick > self->limit) {
        const int64_t began = self->began;
        self->rate = rate;
        s_enter (self, HOLDING, quick, now);
        self->began = began;
        return;
    }
    const bool odd = self->limit < self->capacity && (rate > 2 * self->rate || 2 * rate < self->rate);
    self->tries = odd? self->tries + 1 + (uint32_t) (took / HALF): 0;
    const bool believed = self->tries >= ODD && now - self->began >= SOON;
    if (believed && rate < self->rate)
        s_try_more (self, rate, now);
    else
    if (believed || now >= self->until)
        s_enter (self, DRAINING, self->threads, now);
}

//  A window is over
static void
s_learn (butler_pace_t *self, int64_t rate, int64_t took, int64_t now)
{
    self->since = -1;
    if (self->phase == FREE) {
        if (now >= self->until)
            s_enter (self, DRAINING, self->threads, now);
    }
    else
    if (self->phase == SINGLE)
        s_try_more (self, rate, now);
    else
    if (self->phase == RISING)
        s_try_again (self, rate, now);
    else
        s_go_on (self, rate, took, now);
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
    const uint32_t most = self->phase == FREE? 0: 2 * self->limit, answers = most > ANSWERS? most: ANSWERS;
    if (took < WINDOW || self->answered < (took < LONG? answers: answers / 2))
        return;
    const int64_t rate = self->answered * RATE / took;
    s_learn (self, rate? rate: 1, took, now);
}

bool
butler_pace_answered (butler_pace_t *self, uint32_t holds, int64_t now)
{
    const uint32_t limit = self->limit;
    self->stuck = -1;
    if (self->phase == DRAINING && holds < self->limit)
        s_enter (self, SINGLE, self->limit, now);
    if (self->phase != DRAINING)
        s_count (self, now);
    return self->limit != limit;
}

bool
butler_pace_stuck (butler_pace_t *self, bool waited_for, int64_t now)
{
    if (!waited_for || self->stuck == -1)
        self->stuck = waited_for? now: -1;
    if (!waited_for || now - self->stuck < STUCK)
        return false;
    s_free (self, now);
    return true;
}
