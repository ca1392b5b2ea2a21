# Starts programs for the agent: forking a small process costs a third of forking Node. It also outlives an agent that is
# killed, lets the programs finish, and writes how they ended, so that the next agent can know.
#
# In, on stdin: frames of a 32-bit length and fields joined by NUL. Out, on stdout: kind (1 byte), id, length, bytes.
#   S id mark cwd merge has_stdin argc argv... envc NAME=VALUE... stdin      start a program
#   K id                                                                    stop reading its output
#   R ready (adopts)  P started (pid)  F not started (why)  O stdout  E stderr  X ended (code signal)  C output read to its end
# A program and its arguments are never text to a shell: exec takes the list as it is.
use strict;
use warnings;

my $WNOHANG = 1;
my (%by_pid, %jobs, %pipes);
my ($in, $out, $waited, $open) = ('', '', 0, 1);
$SIG{PIPE} = 'IGNORE';
$SIG{CHLD} = sub { };

# Orphans of our programs become our children (Linux: prctl PR_SET_CHILD_SUBREAPER), so that nothing hides by leaving
# its group, and no zombie stays where PID 1 reaps none. The number of the system call depends on the machine.
my $prctl = $ARGV[0] || 0;
my $adopts = $prctl && syscall($prctl + 0, 36, 1, 0, 0, 0) == 0 ? 1 : 0;

send_frame('R', 0, $adopts);
flush_out();
while ($open || %jobs) {
    my $bits = '';
    vec($bits, 0, 1) = 1 if $open;
    vec($bits, $_, 1) = 1 for keys %pipes;
    # A child may end between the look below and this wait; then the time-out is what wakes us.
    # Frames wait a moment for each other: a short program's start, output and end then wake the agent once.
    my $found = select(my $ready = $bits, undef, undef, length $out ? 0.003 : %by_pid ? 0.05 : undef);
    flush_out() if length $out && ($found == 0 || ++$waited > 3 || length $out > 262144);
    if ($found > 0) {
        # Requests last: they open pipes, whose numbers must not be taken for those that were just found ready.
        for my $fd (keys %pipes) { read_output($fd) if vec($ready, $fd, 1) }
        read_requests() if $open && vec($ready, 0, 1);
    }
    while ((my $pid = waitpid(-1, $WNOHANG)) > 0) { ended($pid, $?) }
}

sub read_requests {
    my $got = sysread(STDIN, $in, 65536, length $in);
    if (!$got) { $open = 0 if defined $got || !$!{EINTR}; return }
    while (length $in >= 4 && length $in >= 4 + (my $n = unpack 'N', $in)) {
        my $frame = substr($in, 4, $n);
        $in = substr($in, 4 + $n);
        my ($kind, $id, $rest) = split /\0/, $frame, 3;
        if ($kind eq 'S') { start($id, $rest) }
        elsif (my $job = $jobs{$id}) { close_pipe($_) for keys %{ $job->{fds} }; over($id) }
    }
}

sub start {
    my ($id, $rest) = @_;
    my ($mark, $cwd, $merge, $has_stdin, $argc, $more) = split /\0/, $rest, 6;
    my @fields = split /\0/, $more, $argc + 2;
    my @argv = @fields[0 .. $argc - 1];
    my ($envc, $tail) = @fields[$argc, $argc + 1];
    my @env = split /\0/, $tail, $envc + 1;
    my $stdin = pop @env;

    # Before anything can happen: without this file the next agent believes that nothing did.
    open(my $note, '>', $mark) or return send_frame('F', $id, "cannot write $mark: $!");
    pipe(my $out_r, my $out_w) or return send_frame('F', $id, "no pipe: $!");
    my ($err_r, $err_w, $in_r, $in_w);
    if (!$merge) { pipe($err_r, $err_w) or return send_frame('F', $id, "no pipe: $!") }
    if ($has_stdin) { pipe($in_r, $in_w) or return send_frame('F', $id, "no pipe: $!") }

    my $pid = fork();
    return send_frame('F', $id, "cannot fork: $!") if !defined $pid;
    if ($pid == 0) {
        setpgrp(0, 0);
        $SIG{$_} = 'DEFAULT' for qw(PIPE CHLD);
        if ($has_stdin) { open(STDIN, '<&', $in_r) }
        else { open(STDIN, '<', '/dev/null') }
        open(STDOUT, '>&', $out_w);
        open(STDERR, '>&', $merge ? $out_w : $err_w);
        %ENV = map { split /=/, $_, 2 } @env;
        if (!chdir $cwd) { syswrite STDERR, "cannot enter $cwd: $!\n"; exit 126 }
        { no warnings; exec { $argv[0] } @argv }
        syswrite STDERR, "cannot start $argv[0]: $!\n";
        exit($!{ENOENT} ? 127 : 126);
    }
    setpgrp($pid, $pid);
    close $_ for grep { defined } $out_w, $err_w, $in_r;
    syswrite $note, "$pid\n";
    $jobs{$id} = { note => $note, pid => $pid, fds => {} };
    $by_pid{$pid} = $id;
    watch($id, 'O', $out_r);
    watch($id, 'E', $err_r) if !$merge;
    send_frame('P', $id, $pid);
    feed($in_w, $stdin, $pid) if $has_stdin;
}

# A process of its own writes the input: a program that reads slowly must not hold up the others.
sub feed {
    my ($to, $text, $group) = @_;
    my $pid = fork();
    return if !defined $pid || $pid > 0;
    setpgrp(0, $group);
    $SIG{PIPE} = 'DEFAULT';
    open(STDOUT, '>', '/dev/null');
    close_all();
    my $at = 0;
    while ($at < length $text) { $at += syswrite($to, $text, length($text) - $at, $at) || last }
    exit 0;
}

sub close_all { for my $pipe (values %pipes) { close $pipe->[2] } }

sub watch {
    my ($id, $kind, $handle) = @_;
    my $fd = fileno $handle;
    $pipes{$fd} = [$id, $kind, $handle];
    $jobs{$id}{fds}{$fd} = 1;
}

sub read_output {
    my ($fd) = @_;
    my ($id, $kind, $handle) = @{ $pipes{$fd} || return };
    my $got = sysread($handle, my $bytes, 65536);
    return if !defined $got && $!{EINTR};
    return send_frame($kind, $id, $bytes) if $got;
    close_pipe($fd);
    over($id);
}

sub close_pipe {
    my ($fd) = @_;
    my $pipe = delete $pipes{$fd} or return;
    delete $jobs{ $pipe->[0] }{fds}{$fd};
    close $pipe->[2];
}

sub ended {
    my ($pid, $status) = @_;
    my $id = delete $by_pid{$pid};
    return if !defined $id;    # an orphan, or it only fed a program's input
    my ($code, $signal) = ($status >> 8, $status & 127);
    syswrite $jobs{$id}{note}, ($signal ? 128 + $signal : $code) . "\n";
    close $jobs{$id}{note};
    $jobs{$id}{done} = 1;
    send_frame('X', $id, "$code $signal");
    over($id);
}

sub over {
    my ($id) = @_;
    my $job = $jobs{$id} or return;
    return if %{ $job->{fds} };
    send_frame('C', $id, '') if !$job->{told}++;
    return if !$job->{done};
    delete $jobs{$id};
    flush_out();
}

sub send_frame {
    my ($kind, $id, $bytes) = @_;
    $out .= pack('aNN', $kind, $id, length $bytes) . $bytes;
}

sub flush_out {
    my $at = 0;
    while ($at < length $out) {
        my $n = syswrite(STDOUT, $out, length($out) - $at, $at);
        # Nobody listens any more: the programs go on all the same.
        if (!defined $n) { next if $!{EINTR}; last }
        $at += $n;
    }
    $out = '';
    $waited = 0;
}
