#!/usr/bin/env escript
%% TLS by Erlang's ssl. See README.md.
-mode(compile).

words(Reason) ->
    re:replace(io_lib:format("~p", [Reason]), "\\s+", " ", [global, {return, list}]).

read_until(Socket, Data, Enough) when byte_size(Data) < Enough ->
    case ssl:recv(Socket, 0) of
        {ok, Piece} -> read_until(Socket, <<Data/binary, Piece/binary>>, Enough);
        %% Of a close_notify and of an end without one it says the same.
        {error, closed} -> {Data, "end"};
        {error, Reason} -> {Data, words(Reason)}
    end;
read_until(_, Data, _) ->
    {Data, ""}.

then(End, ok) -> End;
then("", {error, Reason}) -> words(Reason);
then(End, {error, Reason}) -> End ++ ", then " ++ words(Reason).

first(Actions) ->
    lists:foldl(fun(Act, ok) -> Act(); (_, Error) -> Error end, ok, Actions).

obey(Socket) ->
    {Line, Early} = read_until(Socket, <<>>, 16),
    {Data, End} =
        case Line of
            <<Order:6/binary, _, Count:9/binary, Rest/binary>> ->
                carry_out(Socket, string:trim(Order), binary_to_integer(string:trim(Count)), Rest);
            _ ->
                {<<>>, Early}
        end,
    ssl:close(Socket),
    Digest = binary:encode_hex(crypto:hash(sha256, Data)),
    Words = case End of "" -> "closed"; _ -> End end,
    io:format("arrived ~b ~s ~s~n", [byte_size(Data), string:lowercase(Digest), Words]).

carry_out(Socket, <<"echo">>, Count, Rest) ->
    {Data, End} = read_until(Socket, Rest, Count),
    {Data, then(End, ssl:send(Socket, Data))};
carry_out(Socket, <<"listen">>, Count, Rest) ->
    {Data, End} = read_until(Socket, Rest, infinity),
    Write = fun() -> ssl:send(Socket, binary:copy(<<".">>, Count div 2)) end,
    Wait = fun() -> timer:sleep(100) end,
    {Data, case Count of 0 -> End; _ -> then(End, first([Write, Wait, Write])) end};
carry_out(Socket, <<"end">>, _, Rest) ->
    case ssl:shutdown(Socket, write) of
        ok -> read_until(Socket, Rest, infinity);
        Error -> {Rest, then("", Error)}
    end.

converse({ok, Socket}, Role) ->
    [ssl:send(Socket, "request\n") || Role =:= client],
    obey(Socket);
converse({error, Reason}, _) ->
    io:format("failed ~s~n", [words(Reason)]).

serve(Listener) ->
    {ok, Socket} = ssl:transport_accept(Listener),
    converse(ssl:handshake(Socket), server),
    serve(Listener).

main([Role, Directory | Arguments]) ->
    {ok, _} = application:ensure_all_started(ssl),
    logger:set_primary_config(level, none),
    {ok, Version} = application:get_key(ssl, vsn),
    io:format("version Erlang/OTP ~s, ssl ~s~n", [erlang:system_info(otp_release), Version]),
    Paper = fun(Name) -> filename:join(Directory, Name ++ ".pem") end,
    Common = [binary, {active, false}, {cacertfile, Paper("ca")}],
    case Role of
        "server" ->
            Demand = [[{verify, verify_peer}, {fail_if_no_peer_cert, true}] || Arguments =:= ["demands"]],
            Own = [{certfile, Paper("certificate")}, {keyfile, Paper("key")}, {ip, {127, 0, 0, 1}}],
            {ok, Listener} = ssl:listen(0, lists:append([Common, Own | Demand])),
            {ok, {_, Port}} = ssl:sockname(Listener),
            io:format("port ~b~n", [Port]),
            serve(Listener);
        "client" ->
            [Port, _, Runs] = Arguments,
            Options = [{verify, verify_peer}, {server_name_indication, "localhost"} | Common],
            [converse(ssl:connect({127, 0, 0, 1}, list_to_integer(Port), Options), client)
             || _ <- lists:seq(1, list_to_integer(Runs))]
    end.
