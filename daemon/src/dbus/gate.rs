//! Who calls over a bus, and the gate before every interface there.
//!
//! On a bus anybody may send anything. The bus daemon says which uid a unique
//! name belongs to (GetConnectionUnixUser); it is asked once a name and forgotten
//! when the name goes (NameOwnerChanged), since no name is given twice. A uid that
//! is no user's is refused at every method and property.
//!
//! Those who called and are users are the audience of signals: a signal goes to
//! each of them alone, never to all of the bus, because whoever listens there
//! would hear it. Who wants signals therefore calls once, `GetManagedObjects` say.
//!
//! Not guarded: what says nothing of anybody's photos (introspection, ping).
//!
//! Source: D-Bus Specification, "Message Bus Messages".

use super::caller::{CALLING, user_of};
use crate::surface::{Refusal, Services};
use kphotos_domain::kernel::ErrorCode;
use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use zbus::export::async_trait::async_trait;
use zbus::export::futures_core::Stream as _;
use zbus::message::{Header, Message, Type};
use zbus::names::{BusName, InterfaceName, MemberName, UniqueName};
use zbus::object_server::{DispatchResult, Interface, SignalEmitter};
use zbus::wire::{OwnedVariant, Variant};
use zbus::{BoxDBusError, Connection, MatchRule, MessageStream, ObjectServer, fdo};

const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";

/// Those who have called over a bus and are still there.
pub(super) struct Callers {
    services: Arc<Services>,
    known: Mutex<BTreeMap<String, Known>>,
}

/// One of them.
#[derive(Clone)]
struct Known {
    uid: u32,
    /// Becomes true when the name goes.
    gone: watch::Sender<bool>,
}

impl Callers {
    pub(super) fn new(services: Arc<Services>) -> Arc<Self> {
        let known = Mutex::default();
        Arc::new(Self { services, known })
    }

    /// The unique names of those who are users, for signals.
    pub(super) fn users(&self) -> Vec<String> {
        let known = self.known().clone();
        known
            .into_iter()
            .filter(|(_, known)| user_of(&self.services, known.uid).is_ok())
            .map(|(name, _)| name)
            .collect()
    }

    /// Who sent this, if it is a user.
    async fn admit(
        self: &Arc<Self>,
        connection: &Connection,
        sender: Option<UniqueName<'_>>,
    ) -> Result<Known, Refusal> {
        let sender = sender.ok_or_else(|| Refusal::invalid("a call over a bus has a sender"))?;
        let known = self.known().get(sender.as_str()).cloned();
        let known = match known {
            Some(known) => known,
            None => self.meet(connection, &sender).await.map_err(|error| {
                let message = format!("the bus does not say who {sender} is: {error}");
                Refusal::new(ErrorCode::Unavailable, message)
            })?,
        };
        user_of(&self.services, known.uid)?;
        Ok(known)
    }

    /// Asks the bus who this is, and watches for their going.
    async fn meet(self: &Arc<Self>, connection: &Connection, name: &UniqueName<'_>) -> zbus::Result<Known> {
        let rule = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender(BUS)
            .interface(BUS)
            .member("NameOwnerChanged")
            .arg(0, name.to_string())
            .build()?;
        let mut changes = MessageStream::for_match_rule(rule, connection, NonZero::new(1)).await?;
        let reply = ask(connection, "GetConnectionUnixUser", name).await?;
        let uid = reply.body().deserialize()?;
        let known = Known {
            uid,
            gone: watch::Sender::new(false),
        };
        let (own, name) = (self.clone(), name.to_string());
        let known = own.known().entry(name.clone()).or_insert(known).clone();
        let (watched, connection) = (known.clone(), connection.clone());
        tokio::spawn(async move {
            // It may have gone before anybody listened; no answer is a bus that is gone.
            let is_there = match ask(&connection, "NameHasOwner", name.as_str()).await {
                Ok(reply) => reply.body().deserialize().unwrap_or(false),
                Err(_) => false,
            };
            if is_there {
                let next =
                    std::future::poll_fn(|context| std::pin::Pin::new(&mut changes).poll_next(context));
                let _change_or_end = next.await;
            }
            own.known().remove(&name);
            watched.gone.send_replace(true);
        });
        Ok(known)
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn ask(connection: &Connection, method: &str, name: &str) -> zbus::Result<Message> {
    connection
        .call_method(Some(BUS), BUS_PATH, Some(BUS), method, &name)
        .await
}

/// One emitter for each of these names.
pub(super) fn emitters(connection: &Connection, path: &str, names: &[String]) -> Vec<SignalEmitter<'static>> {
    let emitter = |name: &String| {
        let to = BusName::try_from(name.clone()).ok()?;
        let emitter = SignalEmitter::new(connection, path.to_owned()).ok()?;
        Some(emitter.set_destination(to))
    };
    names.iter().filter_map(emitter).collect()
}

/// An interface that answers users only.
pub(super) struct Gate<I> {
    inner: I,
    callers: Arc<Callers>,
}

impl<I> Gate<I> {
    pub(super) const fn new(inner: I, callers: Arc<Callers>) -> Self {
        Self { inner, callers }
    }

    /// Whether whoever asks for a property may; the daemon itself may.
    async fn may_read(&self, connection: &Connection, header: Option<&Header<'_>>) -> Result<(), Refusal> {
        if let Some(header) = header {
            let sender = header.sender().map(UniqueName::to_owned);
            self.callers.admit(connection, sender).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl<I: Interface> Interface for Gate<I> {
    fn name() -> InterfaceName<'static> {
        I::name()
    }

    fn spawn_tasks_for_methods(&self) -> bool {
        self.inner.spawn_tasks_for_methods()
    }

    async fn get(
        &self,
        property_name: &str,
        server: &ObjectServer,
        connection: &Connection,
        header: Option<&Header<'_>>,
        emitter: &SignalEmitter<'_>,
    ) -> Option<Result<OwnedVariant, BoxDBusError>> {
        if let Err(refusal) = self.may_read(connection, header).await {
            return Some(Err(Box::new(refusal)));
        }
        self.inner
            .get(property_name, server, connection, header, emitter)
            .await
    }

    async fn get_all(
        &self,
        server: &ObjectServer,
        connection: &Connection,
        header: Option<&Header<'_>>,
        emitter: &SignalEmitter<'_>,
    ) -> fdo::Result<HashMap<String, OwnedVariant>> {
        let allowed = self.may_read(connection, header).await;
        allowed.map_err(|refusal| fdo::Error::AccessDenied(refusal.message().to_owned()))?;
        self.inner.get_all(server, connection, header, emitter).await
    }

    async fn set_mut(
        &mut self,
        property_name: &str,
        value: &Variant<'_>,
        server: &ObjectServer,
        connection: &Connection,
        header: Option<&Header<'_>>,
        emitter: &SignalEmitter<'_>,
    ) -> Option<Result<(), BoxDBusError>> {
        if let Err(refusal) = self.may_read(connection, header).await {
            return Some(Err(Box::new(refusal)));
        }
        self.inner
            .set_mut(property_name, value, server, connection, header, emitter)
            .await
    }

    fn call<'call>(
        &'call self,
        server: &'call ObjectServer,
        connection: &'call Connection,
        msg: &'call Message,
        name: MemberName<'call>,
    ) -> DispatchResult<'call> {
        match self.inner.call(server, connection, msg, name) {
            DispatchResult::Async(answer) => guarded(&self.callers, connection, msg, answer),
            other @ (DispatchResult::NotFound | DispatchResult::RequiresMut) => other,
        }
    }

    fn call_mut<'call>(
        &'call mut self,
        server: &'call ObjectServer,
        connection: &'call Connection,
        msg: &'call Message,
        name: MemberName<'call>,
    ) -> DispatchResult<'call> {
        match self.inner.call_mut(server, connection, msg, name) {
            DispatchResult::Async(answer) => guarded(&self.callers, connection, msg, answer),
            other @ (DispatchResult::NotFound | DispatchResult::RequiresMut) => other,
        }
    }

    fn introspect_to_writer(&self, writer: &mut dyn std::fmt::Write, level: usize) {
        self.inner.introspect_to_writer(writer, level);
    }
}

type Answer<'call> = std::pin::Pin<Box<dyn Future<Output = Result<(), BoxDBusError>> + Send + 'call>>;

/// The answer to a user, as long as the user is there to hear it.
fn guarded<'call>(
    callers: &'call Arc<Callers>,
    connection: &'call Connection,
    msg: &'call Message,
    answer: Answer<'call>,
) -> DispatchResult<'call> {
    DispatchResult::Async(Box::pin(async move {
        let sender = msg.header().sender().map(UniqueName::to_owned);
        let known = match callers.admit(connection, sender).await {
            Ok(known) => known,
            Err(refusal) => return Err(Box::new(refusal) as BoxDBusError),
        };
        let mut gone = known.gone.subscribe();
        tokio::select! {
            done = CALLING.scope(known.uid, answer) => done,
            _ = gone.wait_for(|gone| *gone) => Ok(()),
        }
    }))
}
